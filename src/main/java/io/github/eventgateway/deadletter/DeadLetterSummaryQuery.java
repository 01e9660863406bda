package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.query.Bucket;
import io.github.eventgateway.query.Selection;
import io.github.eventgateway.query.TimeCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/**
 * Queries dead letters by cause. It counts in an index and does not read dead letters. It is a bean because the SQL
 * depends on the filters and the database. Every value is a named parameter. Any thread.
 */
@Component("deadLetterSummaryQuery")
public class DeadLetterSummaryQuery {

    /** The exchange property with the {@link Bucket} of the counts. */
    public static final String BUCKET = "bucket";

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;
    private static final String FAILED_AT = "failed_at";

    /** Without statistics SQLite would look up each row as soon as the query has a filter. */
    private static final String BY_INDEX = " INDEXED BY dead_letter_summary";

    private static final String SQL = """
            WITH cell AS (
                SELECT cause, %s AS bucket, COUNT(*) AS n, MIN(failed_at) AS first_seen, MAX(failed_at) AS last_seen
                FROM dead_letter%s%s GROUP BY cause, %s),
            summed AS (
                SELECT cause, SUM(n) AS n, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
                FROM cell GROUP BY cause),
            top AS (SELECT * FROM summed ORDER BY n DESC, cause LIMIT :?rows),
            series AS (
                SELECT cause, bucket, SUM(n) AS n, ROW_NUMBER() OVER (PARTITION BY cause ORDER BY bucket DESC) AS number
                FROM (SELECT cell.cause, %s AS bucket, cell.n FROM cell JOIN top ON top.cause = cell.cause) coarse
                GROUP BY cause, bucket),
            total AS (SELECT COUNT(*) AS causes, COALESCE(SUM(n), 0) AS dead_letters FROM summed)
            SELECT total.causes, total.dead_letters,
                   CASE WHEN EXISTS (SELECT 1 FROM dead_letter WHERE cause IS NULL) THEN 0 ELSE 1 END AS complete,
                   top.cause, top.n, top.first_seen, top.last_seen,
                   cause.topic, cause.consumer_group, cause.route, cause.reason, cause.message,
                   series.bucket, series.n AS bucket_n
            FROM total
            LEFT JOIN top ON 1 = 1
            LEFT JOIN dead_letter_cause cause ON cause.cause = top.cause
            LEFT JOIN series ON series.cause = top.cause AND series.number <= :?buckets
            ORDER BY top.n DESC, top.cause, series.bucket""";

    private final boolean isPostgresql;

    DeadLetterSummaryQuery(DatabaseSettings database) {
        this.isPostgresql = database.isPostgresql();
    }

    /**
     * Sets the SQL as the body, and its parameters as {@code jdbc:} expects them, from the query parameters of the
     * request.
     *
     * @throws GatewayException with {@code INVALID_PARAMETER} and all faults
     */
    public void prepare(Exchange exchange) {
        Selection letters = Selection.of(exchange.getMessage());
        letters.where("cause IS NOT NULL", Map.of());
        DeadLetterFilter.narrowByCause(letters);
        Bucket bucket = Bucket.ofTimes(letters, Instant.now());
        int limit = letters.limit(DEFAULT_LIMIT, MAX_LIMIT);
        exchange.setProperty(BUCKET, bucket);
        letters.select(exchange, sql(letters, bucket), Map.of("rows", limit, "buckets", Bucket.MOST));
    }

    private String sql(Selection letters, Bucket bucket) {
        if (isPostgresql) {
            String cell = bucket.ofPostgresql(FAILED_AT);
            return SQL.formatted(cell, "", letters.clause(), cell, "bucket");
        }
        // Days are sums of hours, which the index has.
        String cell = (bucket == Bucket.DAY ? Bucket.HOUR : bucket).ofSqlite(FAILED_AT);
        String coarse = bucket.timeOfSqlite(bucket.ofSqlite("cell.bucket"));
        return SQL.formatted(cell, letters.value("origin") == null ? BY_INDEX : "", letters.clause(), cell, coarse);
    }

    /** Converts the rows to the answer. */
    public DeadLetterSummary summary(List<Map<String, Object>> rows, @ExchangeProperty(BUCKET) Bucket bucket) {
        Map<String, Object> any = rows.get(0);
        return new DeadLetterSummary(
                TimeCount.group(rows, "cause", DeadLetterSummaryQuery::group),
                TimeCount.number(any, "causes"),
                TimeCount.number(any, "dead_letters"),
                bucket.word(),
                TimeCount.number(any, "complete") == 1);
    }

    private static DeadLetterSummary.Group group(Map<String, Object> row, List<TimeCount> counts) {
        return new DeadLetterSummary.Group(
                DeadLetterCause.shown(TimeCount.number(row, "cause")),
                (String) row.get("topic"),
                (String) row.get("consumer_group"),
                (String) row.get("route"),
                (String) row.get("reason"),
                (String) row.get("message"),
                TimeCount.number(row, "n"),
                ColumnTime.of(row.get("first_seen")),
                ColumnTime.of(row.get("last_seen")),
                counts);
    }
}
