package io.github.eventgateway.query;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the stream of stored events.
 *
 * @param pollInterval Interval of the query for stored events while anyone listens. One query serves all listeners.
 * @param heartbeat Time after which a listener gets a heartbeat if there is no event for it.
 * @param bufferBytes Maximum size in bytes of the events that wait for one listener. If more events wait, the gateway
 *     disconnects the listener.
 */
@ConfigurationProperties("gateway.query.stream")
public record StreamSettings(
        @DefaultValue("250ms") Duration pollInterval,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("4194304") int bufferBytes) {

    /** @throws IllegalArgumentException if a value is not above 0 */
    public StreamSettings {
        if (pollInterval.toMillis() < 1 || heartbeat.toMillis() < 1 || bufferBytes < 1) {
            throw new IllegalArgumentException(
                    "gateway.query.stream.poll-interval, .heartbeat and .buffer-bytes must be above 0");
        }
    }
}
