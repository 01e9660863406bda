package io.github.eventgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.ByteUtils;
import org.apache.kafka.common.utils.Crc32C;

/** Batches that the Kafka client refuses to send, sent byte for byte. */
public final class RawBatches {

    /** The positions of these fields in a batch. */
    private static final int LENGTH = 8;

    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int BASE_TIMESTAMP = 27;
    private static final int COUNT = 57;

    /** The size of a batch without records. */
    private static final int HEADER = 61;

    /** The last version with the names of topics. */
    private static final short VERSION = 12;

    private RawBatches() {}

    /** Returns a compressed batch with one record, whose declared length is five bytes more than its fields. */
    public static MemoryRecords withTooLongRecord(Compression codec) throws IOException {
        SimpleRecord record = new SimpleRecord(7_000L, null, "x".getBytes(StandardCharsets.US_ASCII));
        return withRecord(0, bytes -> bytes[0] += 10, codec, MemoryRecords.withRecords(Compression.NONE, record));
    }

    /** Sets the timestamp of the first record of this batch. Those of the others move with it. */
    public static MemoryRecords withTimestamp(long timestamp, MemoryRecords batch) {
        ByteBuffer bytes = batch.buffer();
        bytes.putLong(BASE_TIMESTAMP, timestamp);
        return withChecksum(bytes);
    }

    /** Removes the last bytes of this batch, so that it cannot be inflated. */
    public static MemoryRecords withoutLastBytes(int count, MemoryRecords batch) {
        ByteBuffer bytes = batch.buffer();
        bytes.limit(bytes.limit() - count);
        bytes.putInt(LENGTH, bytes.limit() - LENGTH - Integer.BYTES);
        return withChecksum(bytes);
    }

    /**
     * Changes the bytes of one record of this batch, which begin with its length, and compresses the records.
     *
     * @param batch not compressed
     */
    public static MemoryRecords withRecord(int index, Consumer<byte[]> change, Compression codec, MemoryRecords batch)
            throws IOException {
        ByteBuffer plain = batch.buffer();
        ByteBufferOutputStream all = new ByteBufferOutputStream(4096);
        all.write(plain.array(), plain.arrayOffset(), HEADER);
        int count = plain.getInt(COUNT);
        plain.position(HEADER);
        try (OutputStream out = codec.wrapForOutput(all, RecordBatch.CURRENT_MAGIC_VALUE)) {
            for (int i = 0; i < count; i++) {
                byte[] record = next(plain);
                if (i == index) {
                    change.accept(record);
                }
                out.write(record);
            }
        }
        ByteBuffer bytes = all.buffer();
        bytes.flip();
        bytes.putInt(LENGTH, bytes.limit() - LENGTH - Integer.BYTES);
        bytes.putShort(ATTRIBUTES, (short) codec.type().id);
        return withChecksum(bytes);
    }

    private static byte[] next(ByteBuffer plain) {
        int begin = plain.position();
        int size = ByteUtils.readVarint(plain);
        byte[] record = new byte[plain.position() - begin + size];
        plain.position(begin);
        plain.get(record);
        return record;
    }

    private static MemoryRecords withChecksum(ByteBuffer bytes) {
        bytes.putInt(CRC, (int) Crc32C.compute(bytes, ATTRIBUTES, bytes.limit() - ATTRIBUTES));
        return MemoryRecords.readableRecords(bytes);
    }

    /** Sends a batch; the broker must accept it. */
    public static void send(String broker, TopicPartition to, MemoryRecords batch) throws IOException {
        ProduceRequestData data = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(new TopicProduceDataCollection(List.of(new TopicProduceData()
                                .setName(to.topic())
                                .setPartitionData(List.of(new PartitionProduceData()
                                        .setIndex(to.partition())
                                        .setRecords(batch))))
                        .iterator()));
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", 1);
        ByteBuffer request = new ProduceRequest(data, VERSION).serializeWithHeader(header);
        int colon = broker.lastIndexOf(':');
        try (Socket socket = new Socket(broker.substring(0, colon), Integer.parseInt(broker.substring(colon + 1)))) {
            ByteBuffer framed = ByteBuffer.allocate(4 + request.remaining());
            framed.putInt(request.remaining()).put(request);
            socket.getOutputStream().write(framed.array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            ByteBuffer answer = ByteBuffer.wrap(in.readNBytes(in.readInt()));
            assertThat(AbstractResponse.parseResponse(answer, header).errorCounts())
                    .containsOnlyKeys(Errors.NONE);
        }
    }
}
