package io.github.eventgateway.database;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * A time in a column. PostgreSQL has a type for it; SQLite stores UTC as text of one width, such as
 * {@code 2026-11-23T17:04:01.333760Z}, which sorts by time from year 1 to 9999.
 */
public final class ColumnTime {

    private static final byte[] FORM = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.US_ASCII);
    private static final int NANOS_PER_MICRO = 1000;
    private static final int LATEST_YEAR = 9999;
    private static final String OUT_OF_RANGE = "22008";

    private ColumnTime() {}

    /** Returns the time that a driver gave for a column. */
    public static Instant of(Object column) {
        if (column instanceof String text) {
            return Instant.parse(text);
        }
        return ((Timestamp) column).toInstant();
    }

    /**
     * Returns the time as SQLite stores it, rounded to the microsecond as PostgreSQL does.
     *
     * @throws SQLException where the year has not four digits
     */
    static String text(OffsetDateTime time) throws SQLException {
        LocalDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        if (utc.getYear() < 1 || utc.getYear() > LATEST_YEAR) {
            throw new SQLException("The time " + time + " is not in the years 1 to 9999", OUT_OF_RANGE);
        }
        LocalDateTime up = utc.plusNanos(NANOS_PER_MICRO / 2);
        LocalDateTime rounded = up.getYear() > LATEST_YEAR ? utc : up;
        byte[] text = FORM.clone();
        put(text, 3, rounded.getYear());
        put(text, 6, rounded.getMonthValue());
        put(text, 9, rounded.getDayOfMonth());
        put(text, 12, rounded.getHour());
        put(text, 15, rounded.getMinute());
        put(text, 18, rounded.getSecond());
        put(text, 25, rounded.getNano() / NANOS_PER_MICRO);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Writes the digits of a number so that the last one stands at this place. */
    private static void put(byte[] text, int last, int number) {
        int rest = number;
        for (int at = last; rest > 0; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
