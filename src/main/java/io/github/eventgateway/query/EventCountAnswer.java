package io.github.eventgateway.query;

import io.github.eventgateway.api.Audited;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The counts of stored events.
 *
 * @param items the values with the most events first
 * @param values the number of values
 * @param events the number of events
 * @param by the property that they are grouped by
 * @param bucket the width of the buckets in {@code counts}
 * @param from the beginning of the first bucket
 * @param since when the gateway began to count; earlier stored events are not counted
 */
record EventCountAnswer(
        List<Value> items, long values, long events, String by, String bucket, Instant from, Instant since)
        implements Audited {

    /**
     * The counts of one type, level or publisher.
     *
     * @param value the type, level or publisher; null for events without one
     * @param counts the number of events in each non-empty bucket, oldest first
     */
    record Value(String value, long count, List<TimeCount> counts) {}

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
