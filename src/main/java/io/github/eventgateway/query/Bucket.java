package io.github.eventgateway.query;

import io.github.eventgateway.event.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** The width of a bucket of counts: a minute, an hour or a day of UTC. */
public enum Bucket {
    MINUTE(ChronoUnit.MINUTES, 16, ":00.000000Z"),
    HOUR(ChronoUnit.HOURS, 13, ":00:00.000000Z"),
    DAY(ChronoUnit.DAYS, 10, "T00:00:00.000000Z");

    /** The maximum number of buckets in an answer. */
    public static final int MOST = 1500;

    private static final Duration SHORT = Duration.ofHours(2);
    private static final Duration MEDIUM = Duration.ofDays(7);

    private final ChronoUnit unit;
    private final Duration width;
    private final int digits;
    private final String rest;

    Bucket(ChronoUnit unit, int digits, String rest) {
        this.unit = unit;
        this.width = unit.getDuration();
        this.digits = digits;
        this.rest = rest;
    }

    /** Returns the value of the parameter {@code bucket}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns SQL for PostgreSQL: the beginning of the bucket of a time. */
    public String ofPostgresql(String column) {
        return "date_trunc('" + word() + "', " + column + ", 'UTC')";
    }

    /** Returns SQL for SQLite: the first characters of the beginning of the bucket of a time. */
    public String ofSqlite(String column) {
        return "substr(" + column + ", 1, " + digits + ")";
    }

    /** Returns SQL for SQLite that converts the value of {@link #ofSqlite} to a time. */
    public String timeOfSqlite(String column) {
        return column + " || '" + rest + "'";
    }

    /**
     * Returns the bucket of the parameter {@code bucket}, or one that suits the time between {@code from} and
     * {@code to}. Call it after both were read. Minutes and hours need a {@code from}, at most {@value #MOST} buckets
     * before the end.
     */
    public static Bucket ofTimes(Selection rows, Instant now) {
        Map<String, Object> values = rows.values();
        Instant end = values.get("to") instanceof OffsetDateTime to ? to.toInstant() : now;
        Duration span =
                values.get("from") instanceof OffsetDateTime from ? Duration.between(from.toInstant(), end) : null;
        if (rows.value("bucket") == null) {
            return suiting(span);
        }
        Bucket bucket = ofWord(rows);
        if (bucket != DAY && (span == null || span.compareTo(bucket.width.multipliedBy(MOST)) > 0)) {
            rows.addFault("bucket", "needs from, at most " + MOST + " buckets before to, or before now");
        }
        return bucket;
    }

    /** Returns the bucket of the parameter {@code bucket}, or this one without the parameter. */
    static Bucket orDefault(Selection rows, Bucket otherwise) {
        return rows.value("bucket") == null ? otherwise : ofWord(rows);
    }

    private static Bucket ofWord(Selection rows) {
        for (Bucket bucket : values()) {
            if (bucket.word().equals(rows.value("bucket"))) {
                return bucket;
            }
        }
        rows.addFault("bucket", "must be minute, hour or day");
        return DAY;
    }

    /** Returns the beginning of the bucket that contains this time. */
    Instant begin(Instant time) {
        return time.truncatedTo(unit);
    }

    /** Returns the time this number of buckets earlier, or the earliest time that the database can keep. */
    Instant before(Instant time, int count) {
        Instant earlier = time.minus(width.multipliedBy(count));
        return earlier.isBefore(Timestamps.EARLIEST) ? Timestamps.EARLIEST : earlier;
    }

    /** Returns whether more than {@value #MOST} buckets are between these times. */
    boolean isLongerThanMost(Instant from, Instant to) {
        return Duration.between(from, to).compareTo(width.multipliedBy(MOST)) > 0;
    }

    private static Bucket suiting(Duration span) {
        if (span == null || span.compareTo(MEDIUM) > 0) {
            return DAY;
        }
        return span.compareTo(SHORT) > 0 ? HOUR : MINUTE;
    }
}
