package io.github.eventgateway.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;

/**
 * Keeps the large batch of a consumer open, so that several answers of the broker continue it. If each answer inflated
 * it from its beginning, a batch of one megabyte could take hours.
 *
 * <p>Only one batch is open between answers, because the decoder of zstd can hold 128 MiB. Other large batches wait for
 * their turn; smaller ones do not, and are inflated again. For one thread at a time.
 */
final class OpenBatch {

    /** A turn ends if no answer continues the batch in this time: its broker may be unavailable. */
    private static final long TURN_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Long> waiting = new HashMap<>();
    private TopicPartition partition;
    private InflatedRecords records;
    private long lastUse;
    private long closed;

    /**
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    OpenBatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns whether the batch at this offset needs its turn, and another partition has it. */
    boolean mustWait(TopicPartition asking, long first) {
        return isTakenFrom(asking) && Long.valueOf(first).equals(waiting.get(asking));
    }

    private boolean isTakenFrom(TopicPartition asking) {
        return records != null && !asking.equals(partition) && nanoTime.getAsLong() - lastUse < TURN_NANOS;
    }

    /**
     * Returns the records of the batch: those that are open if they continue at this offset, otherwise from the
     * beginning. The caller passes them to {@link #leave} at the end.
     *
     * @throws org.apache.kafka.common.errors.CorruptRecordException if the batch is damaged
     */
    InflatedRecords records(TopicPartition asking, DefaultRecordBatch batch, long first) throws IOException {
        waiting.remove(asking);
        if (asking.equals(partition)) {
            if (records.continues(batch, first)) {
                return records;
            }
            close();
        }
        batch.ensureValid();
        return new InflatedRecords(copy(batch), BufferSupplier.NO_CACHING);
    }

    /** The answer of the broker may be many times larger, and would remain in memory. */
    private static DefaultRecordBatch copy(DefaultRecordBatch batch) {
        ByteBuffer copy = ByteBuffer.allocate(batch.sizeInBytes());
        batch.writeTo(copy);
        copy.flip();
        MutableRecordBatch only =
                MemoryRecords.readableRecords(copy).batches().iterator().next();
        return (DefaultRecordBatch) only;
    }

    /** Returns whether these records have their turn, so that they may be inflated further and remain open. */
    boolean hasTurn(TopicPartition asking, InflatedRecords its, long first) throws IOException {
        if (isTakenFrom(asking)) {
            waiting.put(asking, first);
            return false;
        }
        if (records != its) {
            close();
        }
        keep(asking, its);
        return true;
    }

    private void keep(TopicPartition its, InflatedRecords open) {
        partition = its;
        records = open;
        lastUse = nanoTime.getAsLong();
    }

    /**
     * Ends the use of these records for one answer.
     *
     * @param isDone whether no further answer needs them
     */
    void leave(TopicPartition asking, InflatedRecords its, boolean isDone) throws IOException {
        if (!isDone && (records == null || its == records)) {
            keep(asking, its);
        } else if (its == records) {
            close();
        } else {
            closed += its.inflated();
            its.close();
        }
    }

    /** Closes the batch of this partition. */
    void forget(TopicPartition lost) throws IOException {
        waiting.remove(lost);
        if (lost.equals(partition)) {
            close();
        }
    }

    void close() throws IOException {
        InflatedRecords its = records;
        partition = null;
        records = null;
        if (its != null) {
            closed += its.inflated();
            its.close();
        }
    }

    /** Returns the number of bytes that this consumer has inflated. */
    long inflated() {
        return closed + (records == null ? 0 : records.inflated());
    }
}
