package io.github.eventgateway.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for every consumer; the other settings of this prefix stand in the routes.
 *
 * @param maxRecordBytes what a compressed record may inflate to; of a longer one only the beginning is read
 * @param maxBatchBytes bytes of records that a route is handed before it commits; one record may go beyond
 * @param stalledAfter a consumer group that has lag, and commits nothing for so long, does not get on
 */
@ConfigurationProperties("gateway.consumer")
record ConsumerSettings(
        @DefaultValue("16777216") int maxRecordBytes,
        @DefaultValue("16777216") long maxBatchBytes,
        @DefaultValue("60s") Duration stalledAfter) {}
