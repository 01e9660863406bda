package io.github.eventgateway.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts the results of the store routes. Any thread. */
@Component
class StoreMetrics {

    private static final double LARGEST_BUCKET = 10_000;

    private final Counter stored;
    private final Counter duplicates;
    private final Counter conflicts;
    private final DistributionSummary batches;

    StoreMetrics(MeterRegistry meters) {
        stored = Counter.builder("gateway.events.stored")
                .description("Events that were stored")
                .register(meters);
        duplicates = Counter.builder("gateway.events.duplicates")
                .description("Events that were stored before, and skipped")
                .register(meters);
        conflicts = Counter.builder("gateway.events.conflicts")
                .description("Events with the id of a different, stored event")
                .register(meters);
        batches = DistributionSummary.builder("gateway.store.batch.size")
                .description("Records per batch")
                .publishPercentileHistogram()
                .maximumExpectedValue(LARGEST_BUCKET)
                .register(meters);
    }

    void stored(int records, int rows, int repeated, int conflicting) {
        batches.record(records);
        stored.increment(rows);
        duplicates.increment(repeated);
        conflicts.increment(conflicting);
    }
}
