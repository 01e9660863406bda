package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.query.TimeCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Dead letters by cause.
 *
 * @param items the most frequent causes
 * @param causes the number of causes
 * @param deadLetters the number of dead letters
 * @param bucket the width of the buckets in {@code counts}
 * @param complete false if dead letters of an earlier version are not grouped yet
 */
record DeadLetterSummary(List<Group> items, long causes, long deadLetters, String bucket, boolean complete)
        implements Audited {

    /**
     * The dead letters of one cause.
     *
     * @param cause the id of the cause
     * @param counts the number of failures in each non-empty bucket, oldest first
     */
    record Group(
            String cause,
            String topic,
            String group,
            String route,
            String reason,
            String message,
            long count,
            Instant firstSeen,
            Instant lastSeen,
            List<TimeCount> counts) {}

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
