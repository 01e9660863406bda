package io.github.eventgateway.query;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * Queries the counts of events over time, by the time at which the gateway received them. It is a bean because the SQL
 * depends on the filters and the database. Every value is a named parameter. Any thread.
 */
@Component("eventCountQuery")
public class EventCountQuery {

    /** The exchange property with the request. */
    public static final String ASKED = "counts";

    private static final Set<String> DIMENSIONS = Set.of("type", "level", "publisher");
    private static final String TYPE = "type";
    private static final int LONGEST_VALUE = 256;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_BUCKETS = 60;

    private static final String SQL = """
            WITH cell AS (
                SELECT %s AS value, %s AS bucket, SUM(n) AS n FROM event_count%s GROUP BY %s, %s),
            summed AS (SELECT value, SUM(n) AS n FROM cell GROUP BY value),
            top AS (SELECT value, n FROM summed ORDER BY n DESC, value LIMIT :?rows),
            total AS (SELECT COUNT(*) AS distinct_values, COALESCE(SUM(n), 0) AS events FROM summed)
            SELECT total.distinct_values, total.events, (SELECT MIN(at) FROM event_count_since) AS since,
                   top.value, top.n, %s AS bucket, cell.n AS bucket_n
            FROM total
            LEFT JOIN top ON 1 = 1
            LEFT JOIN cell ON cell.value = top.value
            ORDER BY top.n DESC, top.value, cell.bucket""";

    private final boolean isPostgresql;

    EventCountQuery(DatabaseSettings database) {
        this.isPostgresql = database.isPostgresql();
    }

    /** The dimension, the bucket and the beginning from the request. */
    public record Asked(String by, Bucket bucket, Instant from) {}

    /**
     * Sets the SQL as the body, and its parameters as {@code jdbc:} expects them, from the query parameters of the
     * request.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void prepare(Exchange exchange) {
        Selection events = Selection.of(exchange.getMessage());
        String by = events.value("by") == null ? TYPE : events.value("by");
        if (!DIMENSIONS.contains(by)) {
            events.addFault("by", "must be type, level or publisher");
        }
        DIMENSIONS.forEach(column -> events.equal(column, column, LONGEST_VALUE));
        events.time("to", "minute < :?to");
        events.time("from", "minute >= :?from");
        wholeMinute("to", events);
        wholeMinute("from", events);
        Instant now = Instant.now();
        Bucket bucket = Bucket.orDefault(events, Bucket.MINUTE);
        Instant end = events.values().get("to") instanceof OffsetDateTime to ? to.toInstant() : now;
        Instant from = bucket.begin(
                events.values().get("from") instanceof OffsetDateTime asked
                        ? asked.toInstant()
                        : bucket.before(end, DEFAULT_BUCKETS));
        if (bucket.isLongerThanMost(from, end)) {
            events.addFault("from", "must be at most " + Bucket.MOST + " buckets before to, or before now");
        }
        events.where("minute >= :?begin", Map.of("begin", ColumnTime.column(from)));
        int limit = events.limit(DEFAULT_LIMIT, MAX_LIMIT);
        exchange.setProperty(ASKED, new Asked(by, bucket, from));
        events.select(exchange, sql(by, bucket, events.clause()), Map.of("rows", limit));
    }

    /** Moves a time to the beginning of its minute, because the table counts events by the minute. */
    private static void wholeMinute(String name, Selection events) {
        if (events.values().get(name) instanceof OffsetDateTime time) {
            events.set(name, time.truncatedTo(ChronoUnit.MINUTES));
        }
    }

    private String sql(String by, Bucket bucket, String clause) {
        String cell = isPostgresql ? bucket.ofPostgresql("minute") : bucket.ofSqlite("minute");
        String time = isPostgresql ? "cell.bucket" : bucket.timeOfSqlite("cell.bucket");
        return SQL.formatted(by, cell, clause, by, cell, time);
    }

    /** Converts the rows to the answer. */
    public EventCountAnswer answer(List<Map<String, Object>> rows, @ExchangeProperty(ASKED) Asked asked) {
        Map<String, Object> any = rows.get(0);
        return new EventCountAnswer(
                TimeCount.group(rows, "value", EventCountQuery::value),
                TimeCount.number(any, "distinct_values"),
                TimeCount.number(any, "events"),
                asked.by(),
                asked.bucket().word(),
                asked.from(),
                ColumnTime.of(any.get("since")));
    }

    private static EventCountAnswer.Value value(Map<String, Object> row, List<TimeCount> counts) {
        String value = (String) row.get("value");
        return new EventCountAnswer.Value(value.isEmpty() ? null : value, TimeCount.number(row, "n"), counts);
    }
}
