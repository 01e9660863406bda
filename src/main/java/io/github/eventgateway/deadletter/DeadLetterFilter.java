package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Which dead letters: a condition put together from the constants below only, and the value of each parameter in it.
 *
 * @param condition SQL that begins with WHERE
 * @param values the values by the names in the condition
 */
record DeadLetterFilter(String condition, Map<String, Object> values) {

    static final Set<String> NAMES = Set.of("topic", "group", "reason", "status", "from", "to");

    private static final int LONGEST_VALUE = 255;
    private static final int EARLIEST_YEAR = 1;
    private static final int LATEST_YEAR = 9999;
    private static final String STATUS = "status";

    /** One that is being replayed just now is open to whoever asks. */
    private static final Map<String, String> STATUSES = Map.of(
            "open", " AND status IN ('open', 'replaying')",
            "replayed", " AND status = 'replayed'",
            "discarded", " AND status = 'discarded'");

    /**
     * Reads the criteria.
     *
     * @param criteria gives the value of a name of {@link #NAMES}, or null
     * @param prefix what stands before the name in a violation's path
     * @param wrong takes what is wrong
     */
    static DeadLetterFilter read(UnaryOperator<String> criteria, String prefix, List<Violation> wrong) {
        Map<String, Object> values = new HashMap<>();
        StringBuilder sql = new StringBuilder(" WHERE 1 = 1");
        text(criteria, "topic", " AND source_topic = :?topic", prefix, values, sql, wrong);
        text(criteria, "group", " AND consumer_group = :?group", prefix, values, sql, wrong);
        text(criteria, "reason", " AND reason = :?reason", prefix, values, sql, wrong);
        String status = criteria.apply(STATUS);
        if (status != null && !STATUSES.containsKey(status)) {
            wrong.add(new Violation(prefix + STATUS, "must be open, replayed or discarded"));
        } else if (status != null) {
            sql.append(STATUSES.get(status));
        }
        time(criteria, "from", " AND failed_at >= :?from", prefix, values, sql, wrong);
        time(criteria, "to", " AND failed_at < :?to", prefix, values, sql, wrong);
        return new DeadLetterFilter(sql.toString(), values);
    }

    /** The same, of open ones only. */
    DeadLetterFilter open() {
        return new DeadLetterFilter(condition + STATUSES.get("open"), values);
    }

    private static void text(
            UnaryOperator<String> criteria,
            String name,
            String fragment,
            String prefix,
            Map<String, Object> values,
            StringBuilder sql,
            List<Violation> wrong) {
        String value = criteria.apply(name);
        if (value == null) {
            return;
        }
        if (value.isEmpty() || !value.equals(ColumnText.of(value, LONGEST_VALUE))) {
            wrong.add(new Violation(prefix + name, "must be 1 to " + LONGEST_VALUE + " characters of text"));
            return;
        }
        values.put(name, value);
        sql.append(fragment);
    }

    private static void time(
            UnaryOperator<String> criteria,
            String name,
            String fragment,
            String prefix,
            Map<String, Object> values,
            StringBuilder sql,
            List<Violation> wrong) {
        String value = criteria.apply(name);
        if (value == null) {
            return;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(value).withOffsetSameInstant(ZoneOffset.UTC);
            if (time.getYear() >= EARLIEST_YEAR && time.getYear() <= LATEST_YEAR) {
                values.put(name, time);
                sql.append(fragment);
                return;
            }
        } catch (DateTimeException e) {
            // reported below, as every other value that is no timestamp
        }
        wrong.add(new Violation(prefix + name, "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z"));
    }
}
