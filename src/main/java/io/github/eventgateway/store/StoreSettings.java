package io.github.eventgateway.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the store.
 *
 * @param streamRetention Time for which the database keeps the order in which events were stored. A listener of {@code GET
 *     /api/events/stream} that was away for longer cannot resume.
 */
@ConfigurationProperties("gateway.store")
public record StoreSettings(@DefaultValue("15m") Duration streamRetention) {

    /** @throws IllegalArgumentException if the time is below one second, because listeners would then lose events */
    public StoreSettings {
        if (streamRetention.toSeconds() < 1) {
            throw new IllegalArgumentException("gateway.store.stream-retention must be 1s or more");
        }
    }
}
