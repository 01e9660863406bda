package io.github.eventgateway.database;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The period of storage times in one partition, in UTC. */
public enum PartitionSpan {
    /** A calendar month: {@code event_2026_01}. */
    MONTH,
    /** A calendar day: {@code event_2026_01_31}. */
    DAY;

    /** Returns the exclusive end of the period that contains this time. */
    public OffsetDateTime endOf(OffsetDateTime time) {
        OffsetDateTime day = time.withOffsetSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
        return this == DAY ? day.plusDays(1) : day.withDayOfMonth(1).plusMonths(1);
    }

    /** Returns the time up to which partitions are created in advance. */
    OffsetDateTime ahead(OffsetDateTime now) {
        return this == DAY ? now.plusDays(3) : now.plusDays(40);
    }

    /** Returns the name of the partition that contains this time. */
    public String name(OffsetDateTime begin) {
        OffsetDateTime utc = begin.withOffsetSameInstant(ZoneOffset.UTC);
        return this == DAY
                ? String.format(
                        Locale.ROOT, "event_%04d_%02d_%02d", utc.getYear(), utc.getMonthValue(), utc.getDayOfMonth())
                : String.format(Locale.ROOT, "event_%04d_%02d", utc.getYear(), utc.getMonthValue());
    }
}
