package io.github.eventgateway.query;

import io.github.eventgateway.api.Audited;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How many events were stored.
 *
 * @param items the values with most events first
 * @param values how many values there are
 * @param events how many events there are
 * @param by what they are counted by
 * @param bucket how wide the stretches of time in {@code counts} are
 * @param from the beginning of the first one
 * @param since when the gateway began to count; events that were stored before are not counted
 */
record EventCountAnswer(
        List<Value> items, long values, long events, String by, String bucket, Instant from, Instant since)
        implements Audited {

    /**
     * The events of one type, level or publisher.
     *
     * @param value which; null if the events have none
     * @param counts how many were received in each stretch of time that has any, oldest first
     */
    record Value(String value, long count, List<TimeCount> counts) {}

    @Override
    public Map<String, Object> audited() {
        return Map.of("items", items.size());
    }
}
