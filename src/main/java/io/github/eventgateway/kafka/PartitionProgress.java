package io.github.eventgateway.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The progress of a consumer in one partition: delivered records, committed records, and the position. Between the last
 * delivered record and the position are no records for a consumer, only transaction markers, records of aborted
 * transactions, and gaps from compaction. For one thread.
 */
final class PartitionProgress {

    private static final long NONE = -1;

    private long firstUncommitted = NONE;
    private long handedOut = NONE;
    private long committed = NONE;
    private OffsetAndMetadata position;

    /** Adds the result of a poll of the partition, and the new position. */
    void polled(List<? extends ConsumerRecord<?, ?>> records, OffsetAndMetadata next) {
        if (!records.isEmpty()) {
            if (firstUncommitted == NONE) {
                firstUncommitted = records.get(0).offset();
            }
            handedOut = records.get(records.size() - 1).offset() + 1;
        }
        movedTo(next);
    }

    /** Sets the position without delivered records. */
    void movedTo(OffsetAndMetadata next) {
        position = next;
    }

    /** Returns the first delivered record that is not committed; null if all are committed. */
    Long firstUncommitted() {
        return firstUncommitted == NONE ? null : firstUncommitted;
    }

    /**
     * Returns the offset to commit when a route has finished all records below this offset: the position after the last
     * record.
     */
    OffsetAndMetadata reachedBy(OffsetAndMetadata offset) {
        boolean done = firstUncommitted == NONE || offset.offset() >= handedOut;
        return done && position != null && position.offset() > offset.offset() ? position : offset;
    }

    /** Adds a commit. */
    void committed(OffsetAndMetadata offset) {
        committed = offset.offset();
        if (firstUncommitted != NONE) {
            firstUncommitted = offset.offset() < handedOut ? offset.offset() : NONE;
        }
    }

    /** Returns the position if it is after the commit and no record lies between; otherwise null. */
    OffsetAndMetadata passed() {
        return firstUncommitted == NONE && position != null && position.offset() > committed ? position : null;
    }
}
