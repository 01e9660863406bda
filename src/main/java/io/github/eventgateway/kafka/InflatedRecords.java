package io.github.eventgateway.kafka;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Reads the records of a batch one after the other while it inflates the bytes. The length of each record is
 * known before its content is in memory. After {@value #MOST} bytes, or if a record is broken, it reads nothing more:
 * the remaining records are {@linkplain #isUnread() unread}. For one thread at a time.
 */
final class InflatedRecords implements AutoCloseable {

    /** A batch of one megabyte inflates to as many bytes with gzip, and to 32 times as many with zstd. */
    static final long MOST = 1L << 30;

    /** The memory in bytes that a header takes besides its name and value. */
    static final int HEADER = 200;

    private static final int LARGE = 16 * 1024 * 1024;
    private static final int HEAD = 1024;
    private static final int KEPT_HEADERS = 64;

    private final DefaultRecordBatch batch;
    private final Counting in;
    private int left;
    private long end;
    private int size;
    private long offset;
    private long timestamp;
    private boolean isTaken = true;
    private boolean isUnread;
    private long lastTaken;

    InflatedRecords(DefaultRecordBatch batch, BufferSupplier buffers) {
        this.batch = batch;
        this.in = new Counting(batch.recordInputStream(buffers));
        this.left = batch.countOrNull();
        this.offset = batch.baseOffset() - 1;
        this.lastTaken = offset;
    }

    /**
     * A record, or its beginning.
     *
     * @param length the size in bytes of the complete value; negative without a value, or if unknown
     * @param isCut whether it is only the beginning
     */
    record Content(byte[] key, byte[] value, Header[] headers, long length, boolean isCut) {

        private Content beginning() {
            Header[] first = Arrays.copyOf(headers, Math.min(headers.length, KEPT_HEADERS));
            return new Content(head(key), head(value), first, length, true);
        }

        private static byte[] head(byte[] bytes) {
            return bytes == null || bytes.length <= HEAD ? bytes : Arrays.copyOf(bytes, HEAD);
        }
    }

    /**
     * Moves to the next record if the current one was read or skipped; returns whether there is one. The content of an
     * unread record is never read.
     */
    boolean next() throws IOException {
        if (!isTaken) {
            return true;
        }
        if (isLast()) {
            return false;
        }
        if (!isUnread && (end >= MOST || !move())) {
            leaveUnread();
        }
        if (isUnread) {
            if (isLast()) {
                return false;
            }
            moveUnread();
        }
        isTaken = false;
        return true;
    }

    /** Returns whether the record can be read. */
    private boolean move() {
        try {
            if (in.count > end) {
                return false;
            }
            in.skipNBytes(end - in.count);
            left--;
            size = ByteUtils.readVarint(in);
            end = in.count + size;
            in.read();
            long delta = ByteUtils.readVarlong(in);
            timestamp = batch.timestampType() == TimestampType.LOG_APPEND_TIME
                    ? batch.maxTimestamp()
                    : batch.baseTimestamp() + delta;
            long next = batch.baseOffset() + ByteUtils.readVarint(in);
            if (size < 0 || next <= offset || next > batch.lastOffset()) {
                return false;
            }
            offset = next;
            return true;
        } catch (IOException | RuntimeException e) {
            // The bytes are those of the producer, because the checksum of the batch is right.
            return false;
        }
    }

    private void leaveUnread() throws IOException {
        isUnread = true;
        in.close();
    }

    /** Only in a compacted batch some of these offsets have no record. */
    private void moveUnread() {
        size = 0;
        timestamp = batch.maxTimestamp();
        offset++;
    }

    /**
     * Skips the current record, and returns the memory in bytes that it takes in addition to the answer of the broker.
     * If this is more than the maximum, the record may be skipped without being read. Of a record that the Kafka client
     * would refuse, this is {@link Long#MAX_VALUE}.
     */
    long skipped(long most) {
        skip();
        if (isUnread || bytes() > most) {
            return bytes();
        }
        try {
            skipField(ByteUtils.readVarint(in));
            skipField(ByteUtils.readVarint(in));
            int headers = headerCount();
            long taken = bytes() + (long) HEADER * headers;
            if (taken <= most) {
                skipHeaders(headers);
                requireEnd();
            }
            return taken;
        } catch (IOException | RuntimeException e) {
            return Long.MAX_VALUE;
        }
    }

    private void skipField(int length) throws IOException {
        if (length > end - in.count) {
            throw new EOFException("A field that is longer than its record");
        }
        in.skipNBytes(Math.max(0, length));
    }

    private void skipHeaders(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int name = ByteUtils.readVarint(in);
            if (name < 0) {
                throw new IOException("A header without a name");
            }
            skipField(name);
            skipField(ByteUtils.readVarint(in));
        }
    }

    private int headerCount() throws IOException {
        int count = ByteUtils.readVarint(in);
        if (count < 0) {
            throw new IOException("A negative number of headers");
        }
        return count;
    }

    /** The broker reads a compressed record without comparing its declared length with its fields. */
    private void requireEnd() throws IOException {
        if (in.count != end) {
            throw new IOException("A record that does not end at its declared length");
        }
    }

    /** Returns whether nothing follows the last record. The Kafka client refuses any further bytes. */
    boolean isComplete() {
        try {
            return in.count == end && in.read() < 0;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** The bytes of a batch without compression are in the answer of the broker already. */
    private int bytes() {
        return batch.isCompressed() ? size : 0;
    }

    /** Skips the current record. */
    void skip() {
        isTaken = true;
        lastTaken = offset;
    }

    /** Returns whether the next record is in this batch, and from this offset on none was read or skipped. */
    boolean continues(DefaultRecordBatch other, long from) {
        return from > lastTaken
                && batch.baseOffset() == other.baseOffset()
                && batch.checksum() == other.checksum()
                && batch.sizeInBytes() == other.sizeInBytes();
    }

    /** Returns whether the current record is the last one. */
    boolean isLast() {
        return isUnread ? offset >= batch.lastOffset() : left <= 0;
    }

    /** Returns whether the current record is beyond the limit, or it or an earlier one is broken. */
    boolean isUnread() {
        return isUnread;
    }

    /** Returns whether the next record is beyond a size that many batches together may have. */
    boolean isLarge() {
        return !isUnread && end > LARGE;
    }

    /** Returns the number of inflated bytes. */
    long inflated() {
        return in.count;
    }

    /** Returns the number of inflated bytes up to the end of the current record. */
    long end() {
        return end;
    }

    /** Returns the inflated size in bytes, without the memory for headers. */
    int size() {
        return size;
    }

    long offset() {
        return offset;
    }

    /** Returns the timestamp; -1 without one. The builder of a batch accepts no other negative number. */
    long timestamp() {
        return Math.max(RecordBatch.NO_TIMESTAMP, timestamp);
    }

    /** Reads the record, or its beginning if it takes more memory than this. A broken one is unread. */
    Content content(int most) throws IOException {
        skip();
        if (!isUnread) {
            try {
                return bytes() > most ? head() : whole(most);
            } catch (IOException | RuntimeException e) {
                leaveUnread();
            }
        }
        return new Content(null, null, new Header[0], -1, true);
    }

    private Content whole(int most) throws IOException {
        byte[] key = read(ByteUtils.readVarint(in), Integer.MAX_VALUE);
        byte[] value = read(ByteUtils.readVarint(in), Integer.MAX_VALUE);
        int mostHeaders = (most - bytes()) / HEADER;
        Header[] headers = headers(mostHeaders + 1, Integer.MAX_VALUE);
        if (headers.length <= mostHeaders) {
            requireEnd();
        }
        Content content = new Content(key, value, headers, value == null ? -1 : value.length, false);
        return headers.length > mostHeaders ? content.beginning() : content;
    }

    /** Reads the beginnings of key and value, and the small headers before a large one. */
    private Content head() throws IOException {
        int keyLength = ByteUtils.readVarint(in);
        byte[] key = read(keyLength, HEAD);
        if (keyLength > LARGE) {
            return new Content(key, null, new Header[0], -1, true);
        }
        in.skipNBytes(Math.max(0, keyLength - HEAD));
        int length = ByteUtils.readVarint(in);
        byte[] value = read(length, HEAD);
        // Inflating a complete value only for its headers could take minutes.
        Header[] headers = length > HEAD ? new Header[0] : headers(KEPT_HEADERS, HEAD);
        return new Content(key, value, headers, length, true);
    }

    private Header[] headers(int most, int longest) throws IOException {
        List<Header> headers = new ArrayList<>();
        for (int count = headerCount(); count > 0 && headers.size() < most; count--) {
            int name = ByteUtils.readVarint(in);
            byte[] key = read(name, longest);
            int length = ByteUtils.readVarint(in);
            byte[] value = read(length, longest);
            if (name > longest || length > longest) {
                break;
            }
            headers.add(new RecordHeader(new String(key, StandardCharsets.UTF_8), value));
        }
        return headers.toArray(Header[]::new);
    }

    /** Skips longer content except for its beginning. */
    private byte[] read(int length, int most) throws IOException {
        if (length < 0) {
            return null;
        }
        if (length > end - in.count) {
            throw new EOFException("A field that is longer than its record");
        }
        byte[] bytes = in.readNBytes(Math.min(length, most));
        if (bytes.length < Math.min(length, most)) {
            throw new EOFException();
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class Counting extends FilterInputStream {

        private long count;

        private Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count += Math.max(read, 0);
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count += skipped;
            return skipped;
        }
    }
}
