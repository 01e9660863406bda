package io.github.eventgateway.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far a consumer has come in one partition: the records that it handed out, what of them is committed, and where it
 * reads on. What lies between the last record handed out and that position holds no record for a consumer: markers of
 * transactions, records of aborted ones, and what compaction left out. One thread.
 */
final class PartitionProgress {

    private static final long NONE = -1;

    private long firstUncommitted = NONE;
    private long handedOut = NONE;
    private long committed = NONE;
    private OffsetAndMetadata position;

    /** Takes in what a poll returned of the partition, and where it reads on. */
    void polled(List<? extends ConsumerRecord<?, ?>> records, OffsetAndMetadata next) {
        if (!records.isEmpty()) {
            if (firstUncommitted == NONE) {
                firstUncommitted = records.get(0).offset();
            }
            handedOut = records.get(records.size() - 1).offset() + 1;
        }
        movedTo(next);
    }

    /** Takes in that the consumer reads on from here, having handed out nothing. */
    void movedTo(OffsetAndMetadata next) {
        position = next;
    }

    /** The first record that was handed out and is not committed; null if there is none. */
    Long firstUncommitted() {
        return firstUncommitted == NONE ? null : firstUncommitted;
    }

    /** What to commit where a route is done with all records below this offset: the position, where it is past the last. */
    OffsetAndMetadata reachedBy(OffsetAndMetadata offset) {
        boolean done = firstUncommitted == NONE || offset.offset() >= handedOut;
        return done && position != null && position.offset() > offset.offset() ? position : offset;
    }

    /** Takes in a commit. */
    void committed(OffsetAndMetadata offset) {
        committed = offset.offset();
        if (firstUncommitted != NONE) {
            firstUncommitted = offset.offset() < handedOut ? offset.offset() : NONE;
        }
    }

    /** The position, where it is past the commit and no record lies between the two; null elsewhere. */
    OffsetAndMetadata passed() {
        return firstUncommitted == NONE && position != null && position.offset() > committed ? position : null;
    }
}
