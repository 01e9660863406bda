package io.github.eventgateway.deadletter;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of triage. The routes read those of the producers and consumers of dead letters.
 *
 * @param claimTimeout Time after which a replay that did not finish is open again. It must be longer than Kafka may
 *     take to answer.
 */
@ConfigurationProperties("gateway.dead-letters")
record DeadLetterSettings(@DefaultValue("60s") Duration claimTimeout) {}
