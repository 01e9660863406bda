package io.github.eventgateway.kafka;

import java.io.IOException;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * Reads the records of a batch one after the other while {@link RecordFields} inflates the bytes. The length of each
 * record is known before its content is in memory. After {@value #MOST} bytes, or if a record is broken, it reads nothing more:
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
    private final RecordFields fields;
    private int left;
    private int size;
    private long offset;
    private long timestamp;
    private boolean isTaken = true;
    private boolean isUnread;
    private long lastTaken;

    InflatedRecords(DefaultRecordBatch batch, BufferSupplier buffers) {
        this.batch = batch;
        this.fields = new RecordFields(batch.recordInputStream(buffers));
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
        if (!isUnread && (fields.end() >= MOST || !move())) {
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
            left--;
            size = fields.nextRecord();
            long delta = fields.readLong();
            timestamp = batch.timestampType() == TimestampType.LOG_APPEND_TIME
                    ? batch.maxTimestamp()
                    : batch.baseTimestamp() + delta;
            long next = batch.baseOffset() + fields.readInt();
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
        fields.close();
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
            fields.skip(fields.readInt());
            fields.skip(fields.readInt());
            int headers = fields.readHeaderCount();
            long taken = bytes() + (long) HEADER * headers;
            if (taken <= most) {
                fields.skipHeaders(headers);
                fields.requireEnd();
            }
            return taken;
        } catch (IOException | RuntimeException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns whether nothing follows the last record. The Kafka client refuses any further bytes. */
    boolean isComplete() {
        try {
            return fields.isExhausted();
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
        return !isUnread && fields.end() > LARGE;
    }

    /** Returns the number of inflated bytes. */
    long inflated() {
        return fields.inflated();
    }

    /** Returns the number of inflated bytes up to the end of the current record. */
    long end() {
        return fields.end();
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
        byte[] key = fields.read(fields.readInt(), Integer.MAX_VALUE);
        byte[] value = fields.read(fields.readInt(), Integer.MAX_VALUE);
        int mostHeaders = (most - bytes()) / HEADER;
        Header[] headers = fields.readHeaders(mostHeaders + 1, Integer.MAX_VALUE);
        if (headers.length <= mostHeaders) {
            fields.requireEnd();
        }
        Content content = new Content(key, value, headers, value == null ? -1 : value.length, false);
        return headers.length > mostHeaders ? content.beginning() : content;
    }

    /** Reads the beginnings of key and value, and the small headers before a large one. */
    private Content head() throws IOException {
        int keyLength = fields.readInt();
        byte[] key = fields.read(keyLength, HEAD);
        if (keyLength > LARGE) {
            return new Content(key, null, new Header[0], -1, true);
        }
        fields.skip(keyLength - HEAD);
        int length = fields.readInt();
        byte[] value = fields.read(length, HEAD);
        // Inflating a complete value only for its headers could take minutes.
        Header[] headers = length > HEAD ? new Header[0] : fields.readHeaders(KEPT_HEADERS, HEAD);
        return new Content(key, value, headers, length, true);
    }

    @Override
    public void close() throws IOException {
        fields.close();
    }
}
