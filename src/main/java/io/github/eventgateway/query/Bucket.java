package io.github.eventgateway.query;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** How wide the stretches of time are that rows are counted in. They begin on the full minute, hour or day of UTC. */
public enum Bucket {
    MINUTE(ChronoUnit.MINUTES, 16, ":00.000000Z"),
    HOUR(ChronoUnit.HOURS, 13, ":00:00.000000Z"),
    DAY(ChronoUnit.DAYS, 10, "T00:00:00.000000Z");

    /** How many there are in an answer at most. */
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

    /** The word in the parameter {@code bucket}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** SQL for PostgreSQL that gives the beginning of the bucket of a time. */
    public String ofPostgresql(String column) {
        return "date_trunc('" + word() + "', " + column + ", 'UTC')";
    }

    /** SQL for SQLite that gives the first characters of the beginning of the bucket of a time. */
    public String ofSqlite(String column) {
        return "substr(" + column + ", 1, " + digits + ")";
    }

    /** SQL for SQLite that makes a time of what {@link #ofSqlite} gave. */
    public String timeOfSqlite(String column) {
        return column + " || '" + rest + "'";
    }

    /**
     * The one that is asked for by {@code bucket}; else one that suits the time between {@code from} and {@code to}, which
     * must have been asked for first. Minutes and hours need a {@code from}, at most {@value #MOST} of them before the end.
     */
    public static Bucket asked(Selection rows, Instant now) {
        Map<String, Object> values = rows.values();
        Instant end = values.get("to") instanceof OffsetDateTime to ? to.toInstant() : now;
        Duration span =
                values.get("from") instanceof OffsetDateTime from ? Duration.between(from.toInstant(), end) : null;
        if (rows.value("bucket") == null) {
            return suiting(span);
        }
        Bucket bucket = ofWord(rows);
        if (bucket != DAY && (span == null || span.compareTo(bucket.width.multipliedBy(MOST)) > 0)) {
            rows.wrong("bucket", "needs a from with at most " + MOST + " of them before to, or before now");
        }
        return bucket;
    }

    /** Returns the one that the parameter {@code bucket} names, or else this one. */
    static Bucket wanted(Selection rows, Bucket unlessAsked) {
        return rows.value("bucket") == null ? unlessAsked : ofWord(rows);
    }

    private static Bucket ofWord(Selection rows) {
        for (Bucket bucket : values()) {
            if (bucket.word().equals(rows.value("bucket"))) {
                return bucket;
            }
        }
        rows.wrong("bucket", "must be minute, hour or day");
        return DAY;
    }

    /** The beginning of the one that this time is in. */
    Instant begin(Instant time) {
        return time.truncatedTo(unit);
    }

    /** The time so many of them before another one. */
    Instant before(Instant time, int count) {
        return time.minus(width.multipliedBy(count));
    }

    /** Whether more than {@value #MOST} of them are between these times. */
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
