package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.query.TimeCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Dead letters by their cause.
 *
 * @param items the causes that have most of them
 * @param causes how many causes there are
 * @param deadLetters how many dead letters there are
 * @param bucket how wide the stretches of time in {@code counts} are
 * @param complete false where there are dead letters of an earlier version that have not been grouped yet
 */
record DeadLetterSummary(List<Group> items, long causes, long deadLetters, String bucket, boolean complete)
        implements Audited {

    /**
     * The dead letters of one cause.
     *
     * @param cause its id
     * @param counts how many failed in each stretch of time that has any, oldest first
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
