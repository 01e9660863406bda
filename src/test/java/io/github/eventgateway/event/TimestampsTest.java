package io.github.eventgateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the fast parser and writer of timestamps with those of the JDK. */
class TimestampsTest {

    private static final List<String> TEXTS = List.of(
            "2026-01-31T12:34:56Z",
            "2026-01-31T12:34:56.1Z",
            "2026-01-31T12:34:56.123456789Z",
            "2024-02-29T00:00:00.000Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2026-01-31T12:34:56+08:00");

    private final Random random = new Random(7);

    @Test
    void everyTextIsReadAsTheJdkReadsIt() {
        for (int i = 0; i < 50_000; i++) {
            String text = changed(TEXTS.get(random.nextInt(TEXTS.size())));
            assertThat(read(() -> Timestamps.parse(text)))
                    .as(text)
                    .isEqualTo(
                            read(() -> possible(OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME))));
        }
    }

    @Test
    void aTimestampIsWrittenAsTheJdkWritesIt() {
        for (int i = 0; i < 50_000; i++) {
            long second = random.nextLong(
                    Timestamps.EARLIEST.getEpochSecond() - 1000, Timestamps.LATEST.getEpochSecond() + 1000);
            int unit = List.of(1_000_000_000, 1_000_000, 1000, 1).get(random.nextInt(4));
            Instant time = Instant.ofEpochSecond(second, (long) random.nextInt(1_000_000_000 / unit) * unit);
            assertThat(Timestamps.text(time)).isEqualTo(time.toString());
        }
        for (Instant time : List.of(
                Timestamps.EARLIEST,
                Timestamps.LATEST,
                Timestamps.EARLIEST.minusNanos(1),
                Timestamps.LATEST.plusNanos(1),
                Instant.EPOCH,
                Instant.EPOCH.minusNanos(1),
                Instant.MIN,
                Instant.MAX)) {
            assertThat(Timestamps.text(time)).isEqualTo(time.toString());
        }
    }

    private static Instant possible(OffsetDateTime time) {
        int year = time.withOffsetSameInstant(ZoneOffset.UTC).getYear();
        if (year < 1 || year > 9999) {
            throw new DateTimeException("RFC 3339 cannot write it");
        }
        return time.toInstant();
    }

    private String changed(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(3); i > 0 && !changed.isEmpty(); i--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(4)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, any());
                default -> changed.setCharAt(at, any());
            }
        }
        return changed.toString();
    }

    private char any() {
        return "00123456789-:.TZtz+ \uff11".charAt(random.nextInt(21));
    }

    private interface Reading {
        Instant read();
    }

    /** Returns null if it is not a date-time. */
    private static Instant read(Reading reading) {
        try {
            return reading.read();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
