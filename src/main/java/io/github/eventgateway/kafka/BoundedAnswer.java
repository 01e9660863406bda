package io.github.eventgateway.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * The records of a partition in one answer of the broker. They contain all batches up to the first one that is too
 * large, or a part of this batch. Without any records the client asks again. For one thread.
 */
final class BoundedAnswer {

    /** The maximum size of the records after they are inflated, with the memory for their headers. */
    private static final long FETCH_BYTES = 4L * 1024 * 1024;

    /** No heartbeat is sent meanwhile. The inflating of one record can exceed it. */
    private static final long MOST_INFLATED = 256L * 1024 * 1024;

    /** The memory for a record without content. */
    private static final int OVERHEAD = 256;

    private static final int INITIAL = 65_536;

    private final TopicPartition partition;
    private final long first;
    private final int mostRecordBytes;
    private final OpenBatch open;
    private final CutRecords cut;
    private long left = FETCH_BYTES;

    /**
     * @param first the requested offset; a batch may begin before it
     * @param mostRecordBytes the maximum memory of an inflated record and its headers; a longer one is cut
     */
    BoundedAnswer(TopicPartition partition, long first, int mostRecordBytes, OpenBatch open, CutRecords cut) {
        this.partition = partition;
        this.first = first;
        this.mostRecordBytes = mostRecordBytes;
        this.open = open;
        this.cut = cut;
    }

    MemoryRecords bounded(MemoryRecords records) throws IOException {
        cut.forgetFrom(partition, first);
        List<MutableRecordBatch> kept = new ArrayList<>();
        for (MutableRecordBatch batch : records.batches()) {
            if (batch instanceof DefaultRecordBatch its && !its.isControlBatch() && !fits(its)) {
                return kept.isEmpty() ? part(its) : joined(kept);
            }
            kept.add(batch);
        }
        return records;
    }

    private static MemoryRecords joined(List<MutableRecordBatch> kept) {
        ByteBuffer all = ByteBuffer.allocate(
                kept.stream().mapToInt(MutableRecordBatch::sizeInBytes).sum());
        kept.forEach(batch -> batch.writeTo(all));
        all.flip();
        return MemoryRecords.readableRecords(all);
    }

    /** Returns whether the client can read the batch itself. Of a batch before the offset it needs only a part. */
    private boolean fits(DefaultRecordBatch batch) throws IOException {
        if (batch.baseOffset() < first) {
            return false;
        }
        InflatedRecords records = new InflatedRecords(batch, BufferSupplier.NO_CACHING);
        long room = left;
        try {
            while (records.next()) {
                long most = Math.min(mostRecordBytes, room);
                long taken = records.skipped(most);
                if (records.isUnread() || taken > most) {
                    return false;
                }
                room -= taken;
            }
            left = room;
            return records.isComplete();
        } finally {
            open.leave(partition, records, true);
        }
    }

    /** Returns the requested records of the batch up to the last one that fits. */
    private MemoryRecords part(DefaultRecordBatch batch) throws IOException {
        if (open.mustWait(partition, first)) {
            return MemoryRecords.EMPTY;
        }
        MemoryRecordsBuilder builder = builder(batch);
        InflatedRecords records = open.records(partition, batch, first);
        boolean isDone = true;
        try {
            isDone = append(builder, records);
        } finally {
            open.leave(partition, records, isDone);
        }
        if (builder.numRecords() == 0) {
            return isDone ? MemoryRecords.readableRecords(empty(batch)) : MemoryRecords.EMPTY;
        }
        if (isDone) {
            builder.overrideLastOffset(batch.lastOffset());
        }
        return builder.build();
    }

    /** Returns whether these are the last records of the batch. */
    private boolean append(MemoryRecordsBuilder builder, InflatedRecords records) throws IOException {
        long most = records.inflated() + MOST_INFLATED;
        while (records.inflated() < most && (!records.isLarge() || open.hasTurn(partition, records, first))) {
            if (!records.next()) {
                return true;
            }
            if (records.offset() < first) {
                records.skip();
                continue;
            }
            if (builder.numRecords() > 0 && records.size() > left) {
                return false;
            }
            add(builder, records);
            if (left <= 0) {
                return records.isLast();
            }
        }
        return false;
    }

    private void add(MemoryRecordsBuilder builder, InflatedRecords records) throws IOException {
        InflatedRecords.Content content = records.content(mostRecordBytes);
        if (content.isCut()) {
            cut.add(partition, records.offset(), content.length());
        }
        builder.appendWithOffset(
                records.offset(), records.timestamp(), content.key(), content.value(), content.headers());
        left -= OVERHEAD + records.size() + (long) InflatedRecords.HEADER * content.headers().length;
    }

    private static MemoryRecordsBuilder builder(DefaultRecordBatch batch) {
        return new MemoryRecordsBuilder(
                new ByteBufferOutputStream(INITIAL),
                batch.magic(),
                Compression.NONE,
                batch.timestampType(),
                batch.baseOffset(),
                batch.maxTimestamp(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                batch.isControlBatch(),
                batch.partitionLeaderEpoch(),
                Integer.MAX_VALUE);
    }

    /** The batch has none of the requested records, and the client continues after it. */
    private static ByteBuffer empty(DefaultRecordBatch batch) {
        ByteBuffer header = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        DefaultRecordBatch.writeEmptyHeader(
                header,
                batch.magic(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.baseOffset(),
                batch.lastOffset(),
                batch.partitionLeaderEpoch(),
                batch.timestampType(),
                batch.maxTimestamp(),
                batch.isTransactional(),
                batch.isControlBatch());
        header.flip();
        return header;
    }
}
