package io.github.eventgateway.http;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of the HTTP side, and whom it trusts.
 *
 * @param maxInFlightRequests requests that may be under way at once; one more is answered 503
 * @param maxInFlightBytes bytes of request bodies that may be held at once; what goes beyond is answered 503
 * @param maxBodyBytes the size of a request's body; a larger one is answered 413
 * @param maxBatchBytes the same, of a verb that consumes {@code application/x-ndjson}
 * @param bodyTimeout how long a body may take to arrive, beside the time that its bytes need at the least rate; then the
 *     caller gets 408
 * @param minBodyBytesPerSecond that least rate
 * @param requestTimeout how long a route may take to answer; then the caller gets 503, and the outcome is unknown
 * @param stopTimeout how long a stop waits for the requests that are under way
 * @param trustedProxies the addresses, or networks as {@code 10.0.0.0/8}, of the proxies whose {@code X-Forwarded-For}
 *     and {@code X-Forwarded-Proto} are believed
 * @param corsOrigins the origins whose pages may call the API from a browser; empty: none but its own
 * @param strictTransportSecurity how long a browser that came by HTTPS is not to come by HTTP any more; zero says nothing
 */
@ConfigurationProperties("gateway.http")
public record HttpSettings(
        @DefaultValue("1000") int maxInFlightRequests,
        @DefaultValue("67108864") int maxInFlightBytes,
        @DefaultValue("1048576") int maxBodyBytes,
        @DefaultValue("16777216") int maxBatchBytes,
        @DefaultValue("10s") Duration bodyTimeout,
        @DefaultValue("131072") int minBodyBytesPerSecond,
        @DefaultValue("60s") Duration requestTimeout,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue List<String> corsOrigins,
        @DefaultValue("365d") Duration strictTransportSecurity) {}
