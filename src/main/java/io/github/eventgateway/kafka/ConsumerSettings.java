package io.github.eventgateway.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for every consumer; the other settings of this prefix stand in the routes.
 *
 * @param stalledAfter a consumer group that has lag, and commits nothing for so long, does not get on
 */
@ConfigurationProperties("gateway.consumer")
record ConsumerSettings(@DefaultValue("60s") Duration stalledAfter) {}
