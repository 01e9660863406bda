package io.github.eventgateway.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/** Reads and writes date-times of RFC 3339 as the JDK does; the usual form, which ends with Z, at a tenth of its cost. */
public final class Timestamps {

    private static final String FORM = "0000-00-00T00:00:00";
    private static final int NANO_DIGITS = 9;
    private static final int DAY = 86_400;
    private static final long FIRST_SECOND =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Timestamps() {}

    /** @throws java.time.DateTimeException where the text is none */
    static Instant parse(String text) {
        Instant usual = usual(text);
        return usual != null
                ? usual
                : OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                        .toInstant();
    }

    /** As {@link Instant#toString}. Any thread. */
    public static String text(Instant time) {
        long second = time.getEpochSecond();
        if (second < FIRST_SECOND || second > LAST_SECOND) {
            return time.toString();
        }
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(second, DAY));
        int ofDay = (int) Math.floorMod(second, (long) DAY);
        int nanos = time.getNano();
        int digits = nanos == 0 ? 0 : nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : NANO_DIGITS;
        byte[] text = new byte[FORM.length() + (digits == 0 ? 1 : digits + 2)];
        put(text, 0, 4, day.getYear(), '-');
        put(text, 5, 2, day.getMonthValue(), '-');
        put(text, 8, 2, day.getDayOfMonth(), 'T');
        put(text, 11, 2, ofDay / 3600, ':');
        put(text, 14, 2, ofDay / 60 % 60, ':');
        put(text, 17, 2, ofDay % 60, digits == 0 ? 'Z' : '.');
        if (digits > 0) {
            int fraction = digits == 3 ? nanos / 1_000_000 : digits == 6 ? nanos / 1000 : nanos;
            put(text, 20, digits, fraction, 'Z');
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] text, int at, int digits, int number, char after) {
        int rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        text[at + digits] = (byte) after;
    }

    /** Null where the text has another form. */
    private static Instant usual(String text) {
        int end = text.length() - 1;
        if (end < FORM.length() || text.charAt(end) != 'Z' || !hasForm(text)) {
            return null;
        }
        int fraction = end - FORM.length() - 1;
        if (fraction >= 0 && (fraction == 0 || fraction > NANO_DIGITS || text.charAt(FORM.length()) != '.')) {
            return null;
        }
        int nanos = 0;
        for (int i = 0; i < NANO_DIGITS && fraction > 0; i++) {
            int digit = i < fraction ? text.charAt(FORM.length() + 1 + i) - '0' : 0;
            if (digit < 0 || digit > 9) {
                return null;
            }
            nanos = nanos * 10 + digit;
        }
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        if (hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
                .toEpochDay();
        return Instant.ofEpochSecond(day * DAY + hour * 3600L + minute * 60L + second, nanos);
    }

    private static boolean hasForm(String text) {
        for (int i = 0; i < FORM.length(); i++) {
            char c = text.charAt(i);
            char expected = FORM.charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int start, int length) {
        int number = 0;
        for (int i = start; i < start + length; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
