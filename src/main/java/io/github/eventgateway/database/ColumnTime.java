package io.github.eventgateway.database;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A time in a column, to the microsecond. PostgreSQL has a type for it. SQLite stores UTC as text of fixed width, such
 * as {@code 2026-11-23T17:04:01.333760Z}, which sorts by time from year 1 to 9999.
 */
public final class ColumnTime {

    private static final byte[] FORM = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.US_ASCII);
    private static final int NANOS_PER_MICRO = 1000;
    private static final int LATEST_YEAR = 9999;
    private static final String OUT_OF_RANGE = "22008";

    private ColumnTime() {}

    /** Converts the value that either database returns for a column, also on a connection of the tables' owner. */
    public static Instant of(Object column) {
        if (column instanceof String text) {
            return Instant.parse(text);
        }
        return column instanceof Timestamp time ? time.toInstant() : ((OffsetDateTime) column).toInstant();
    }

    /**
     * Converts a time for storage and comparison. It truncates the time and does not round it as PostgreSQL does,
     * because the last microsecond of the year 9999 would become the year 10000.
     */
    public static OffsetDateTime column(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /**
     * Returns the time as SQLite stores it.
     *
     * @throws SQLException if the year does not have four digits
     */
    static String text(OffsetDateTime time) throws SQLException {
        LocalDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        if (utc.getYear() < 1 || utc.getYear() > LATEST_YEAR) {
            throw new SQLException("The time " + time + " is not in the years 1 to 9999", OUT_OF_RANGE);
        }
        byte[] text = FORM.clone();
        put(text, 3, utc.getYear());
        put(text, 6, utc.getMonthValue());
        put(text, 9, utc.getDayOfMonth());
        put(text, 12, utc.getHour());
        put(text, 15, utc.getMinute());
        put(text, 18, utc.getSecond());
        put(text, 25, utc.getNano() / NANOS_PER_MICRO);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Writes the digits of a number so that the last one is at this index. */
    private static void put(byte[] text, int last, int number) {
        int rest = number;
        for (int at = last; rest > 0; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
