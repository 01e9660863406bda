package io.github.eventgateway.kafka;

import io.github.eventgateway.api.Heap;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of all consumers. The routes use the other settings with this prefix.
 *
 * @param maxRecordBytes Maximum size of a compressed record after it is inflated, at least
 *     {@code gateway.dead-letters.max-replay-bytes}. Each header counts as 200 bytes, in addition to its name and value.
 *     The dead letter of a larger record is a stub: it has only the beginning of the record, and cannot be replayed.
 * @param maxBatchBytes Maximum number of bytes of records that a route gets before it commits. One record may exceed
 *     it. At most 1/32 of the heap.
 * @param stalledAfter Time without a commit after which a consumer group with waiting records is reported as stalled:
 *     health is DOWN, and the status names the problem.
 */
@ConfigurationProperties("gateway.consumer")
record ConsumerSettings(
        @DefaultValue("16777216") int maxRecordBytes,
        @DefaultValue("16777216") long maxBatchBytes,
        @DefaultValue("60s") Duration stalledAfter) {

    private static final int PART_OF_A_BATCH = 32;

    ConsumerSettings {
        maxBatchBytes = Heap.atMost(maxBatchBytes, PART_OF_A_BATCH);
    }
}
