package io.github.eventgateway.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of the HTTP side.
 *
 * @param maxInFlightRequests requests that may be under way at once; one more is answered 503
 * @param maxInFlightBytes bytes of request bodies that may be held at once; what goes beyond is answered 503
 * @param maxBodyBytes the size of a request's body; a larger one is answered 413
 * @param maxBatchBytes the same, of a verb that consumes {@code application/x-ndjson}
 * @param requestTimeout how long a route may take to answer; then the caller gets 503, and the outcome is unknown
 * @param stopTimeout how long a stop waits for the requests that are under way
 */
@ConfigurationProperties("gateway.http")
public record HttpSettings(
        @DefaultValue("1000") int maxInFlightRequests,
        @DefaultValue("67108864") int maxInFlightBytes,
        @DefaultValue("1048576") int maxBodyBytes,
        @DefaultValue("16777216") int maxBatchBytes,
        @DefaultValue("60s") Duration requestTimeout,
        @DefaultValue("10s") Duration stopTimeout) {}
