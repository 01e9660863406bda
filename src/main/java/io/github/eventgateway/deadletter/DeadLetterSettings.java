package io.github.eventgateway.deadletter;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of replays and discards. The routes read those of the producers and consumers of dead letters.
 *
 * @param claimTimeout Time after which a dead letter is open again if its replay did not finish. It must be longer than Kafka may
 *     take to answer.
 */
@ConfigurationProperties("gateway.dead-letters")
record DeadLetterSettings(@DefaultValue("60s") Duration claimTimeout) {}
