package io.github.eventgateway.server.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the rate limits. A request beyond a limit is answered with 429. Zero per second means no limit.
 *
 * @param subject the limit of each subject of valid tokens
 * @param address the limit of each address that sends valid tokens
 * @param stranger the limit of each address without a valid token
 * @param maxCallers Maximum number of callers of each kind that the gateway remembers.
 */
@ConfigurationProperties("gateway.rate-limits")
public record RateLimitSettings(
        @DefaultValue Limit subject,
        @DefaultValue Limit address,
        @DefaultValue Stranger stranger,
        @DefaultValue("100000") int maxCallers) {

    /**
     * @param perSecond the sustained number of requests per second; 0 for no limit
     * @param burst the maximum number of requests in a burst
     */
    public record Limit(
            @DefaultValue("0") long perSecond,
            @DefaultValue("0") long burst) {}

    /** The same as {@link Limit}, but with a limit by default. */
    public record Stranger(
            @DefaultValue("20") long perSecond,
            @DefaultValue("200") long burst) {}
}
