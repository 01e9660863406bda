package io.github.eventgateway.deadletter;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * Which dead letters; null leaves a criterion out.
 *
 * @param topic the topic that the record failed in
 * @param group the group that failed
 * @param reason why
 * @param status open, replayed or discarded; one that is being replayed counts as open
 * @param from failed at this time or later
 * @param to failed before this time
 */
record DeadLetterFilter(String topic, String group, String reason, String status, Instant from, Instant to) {

    static final String OPEN = "open";
    static final String REPLAYED = "replayed";
    static final String DISCARDED = "discarded";

    /** A condition of fixed fragments with named parameters; the parameters go into the map. */
    String where(Map<String, Object> parameters) {
        StringBuilder sql = new StringBuilder(" WHERE 1 = 1");
        add(sql, parameters, "topic", topic, " AND source_topic = :?topic");
        add(sql, parameters, "group", group, " AND consumer_group = :?group");
        add(sql, parameters, "reason", reason, " AND reason = :?reason");
        if (OPEN.equals(status)) {
            sql.append(" AND status IN ('open', 'replaying')");
        } else {
            add(sql, parameters, "status", status, " AND status = :?status");
        }
        add(sql, parameters, "from", from == null ? null : from.atOffset(ZoneOffset.UTC), " AND failed_at >= :?from");
        add(sql, parameters, "to", to == null ? null : to.atOffset(ZoneOffset.UTC), " AND failed_at < :?to");
        return sql.toString();
    }

    private static void add(
            StringBuilder sql, Map<String, Object> parameters, String name, Object value, String fragment) {
        if (value != null) {
            sql.append(fragment);
            parameters.put(name, value);
        }
    }
}
