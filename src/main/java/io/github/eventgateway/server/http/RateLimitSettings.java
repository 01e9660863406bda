package io.github.eventgateway.server.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the rate limits. A request beyond a limit is answered 429. Zero per second means no limit.
 *
 * @param subject for each subject of good tokens
 * @param address for each address that good tokens come from
 * @param stranger for each address without a valid token
 * @param maxCallers Maximum number of callers of each kind that are remembered.
 */
@ConfigurationProperties("gateway.rate-limits")
public record RateLimitSettings(
        @DefaultValue Limit subject,
        @DefaultValue Limit address,
        @DefaultValue Stranger stranger,
        @DefaultValue("100000") int maxCallers) {

    /**
     * @param perSecond the requests a second that go on for ever
     * @param burst the requests that may come at once
     */
    public record Limit(
            @DefaultValue("0") long perSecond,
            @DefaultValue("0") long burst) {}

    /** As {@link Limit}, with bounds from the start. */
    public record Stranger(
            @DefaultValue("20") long perSecond,
            @DefaultValue("200") long burst) {}
}
