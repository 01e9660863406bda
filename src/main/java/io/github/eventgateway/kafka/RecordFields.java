package io.github.eventgateway.kafka;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Decodes the fields of records while it inflates the bytes of their batch. No field may reach beyond the end of its
 * record. For one thread at a time.
 */
final class RecordFields implements Closeable {

    private final CountedInput in;
    private long end;

    RecordFields(InputStream inflated) {
        this.in = new CountedInput(inflated);
    }

    /** Returns the number of inflated bytes. */
    long inflated() {
        return in.count;
    }

    /** Returns the number of inflated bytes up to the end of the current record. */
    long end() {
        return end;
    }

    /** Moves to the first field of the next record, and returns the declared size of the record. */
    int nextRecord() throws IOException {
        if (in.count > end) {
            throw new IOException("A record that is longer than its declared length");
        }
        in.skipNBytes(end - in.count);
        int size = ByteUtils.readVarint(in);
        end = in.count + size;
        skipAttributes();
        return size;
    }

    /** Kafka defines no attributes of a record. */
    private void skipAttributes() throws IOException {
        in.read();
    }

    int readInt() throws IOException {
        return ByteUtils.readVarint(in);
    }

    long readLong() throws IOException {
        return ByteUtils.readVarlong(in);
    }

    /** Reads a field of this length, or its beginning, and leaves the rest. */
    byte[] read(int length, int most) throws IOException {
        if (length < 0) {
            return null;
        }
        requireWithin(length);
        byte[] bytes = in.readNBytes(Math.min(length, most));
        if (bytes.length < Math.min(length, most)) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Skips a field of this length. A negative length means that the field is absent. */
    void skip(int length) throws IOException {
        requireWithin(length);
        in.skipNBytes(Math.max(0, length));
    }

    private void requireWithin(int length) throws EOFException {
        if (length > end - in.count) {
            throw new EOFException("A field that is longer than its record");
        }
    }

    int readHeaderCount() throws IOException {
        int count = readInt();
        if (count < 0) {
            throw new IOException("A negative number of headers");
        }
        return count;
    }

    void skipHeaders(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            int name = readInt();
            if (name < 0) {
                throw new IOException("A header without a name");
            }
            skip(name);
            skip(readInt());
        }
    }

    /** Reads the first headers, up to a longer one. */
    Header[] readHeaders(int most, int longest) throws IOException {
        List<Header> headers = new ArrayList<>();
        for (int count = readHeaderCount(); count > 0 && headers.size() < most; count--) {
            int name = readInt();
            byte[] key = read(name, longest);
            int length = readInt();
            byte[] value = read(length, longest);
            if (name > longest || length > longest) {
                break;
            }
            headers.add(new RecordHeader(new String(key, StandardCharsets.UTF_8), value));
        }
        return headers.toArray(Header[]::new);
    }

    /** The broker reads a compressed record without comparing its declared length with its fields. */
    void requireEnd() throws IOException {
        if (in.count != end) {
            throw new IOException("A record that does not end at its declared length");
        }
    }

    /** Returns whether the current record ends here and no byte follows. */
    boolean isExhausted() throws IOException {
        return in.count == end && in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class CountedInput extends FilterInputStream {

        private long count;

        private CountedInput(InputStream in) {
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
