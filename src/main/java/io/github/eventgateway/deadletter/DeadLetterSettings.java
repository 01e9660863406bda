package io.github.eventgateway.deadletter;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of triage; those of the producers and consumers of dead letters stand in the routes.
 *
 * @param claimTimeout after this time a replay that nobody finished is open again
 */
@ConfigurationProperties("gateway.dead-letters")
record DeadLetterSettings(@DefaultValue("60s") Duration claimTimeout) {}
