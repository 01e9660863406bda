package io.github.eventgateway.server.http;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of the HTTP side, and whom it trusts.
 *
 * @param maxInFlightRequests requests with events that may be under way at once; one more is answered 503
 * @param maxInFlightRequestsPerCaller of these, those of one subject; one more is answered 429
 * @param maxInFlightRequestsPerAddress requests of all kinds that may be under way of one address; one more is answered 429
 * @param maxInFlightBytes bytes of request bodies that may be held at once; what goes beyond is answered 503
 * @param maxInFlightBytesPerCaller of these, those of one subject, or of one address without a good token
 * @param publicCalls the bounds of calls that need no token
 * @param queries the bounds of all other calls but those of {@code longWork}
 * @param longWork the calls that may take long, and their bounds
 * @param maxBodyBytes the size of a request's body; a larger one is answered 413
 * @param maxBatchBytes the same, of a verb that consumes {@code application/x-ndjson}
 * @param bodyTimeout how long a body may take to arrive, beside the time that its bytes need at the least rate; then the
 *     caller gets 408
 * @param minBodyBytesPerSecond that least rate
 * @param headTimeout how long the head of a request may take to arrive; then the connection ends
 * @param answerTimeout how long a caller may take to take its answer, beside the time that its bytes need at the least rate;
 *     then the connection ends
 * @param minAnswerBytesPerSecond that least rate
 * @param maxUnsentBytes bytes of answers that may wait for slow callers; beyond that connections end
 * @param maxConnectionsPerAddress connections that one address may have, unless it is a trusted proxy's
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
        @DefaultValue("750") int maxInFlightRequestsPerCaller,
        @DefaultValue("750") int maxInFlightRequestsPerAddress,
        @DefaultValue("67108864") int maxInFlightBytes,
        @DefaultValue("33554432") int maxInFlightBytesPerCaller,
        @DefaultValue PublicCalls publicCalls,
        @DefaultValue Queries queries,
        @DefaultValue LongWork longWork,
        @DefaultValue("1048576") int maxBodyBytes,
        @DefaultValue("16777216") int maxBatchBytes,
        @DefaultValue("10s") Duration bodyTimeout,
        @DefaultValue("131072") int minBodyBytesPerSecond,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("10s") Duration answerTimeout,
        @DefaultValue("131072") int minAnswerBytesPerSecond,
        @DefaultValue("67108864") int maxUnsentBytes,
        @DefaultValue("1024") int maxConnectionsPerAddress,
        @DefaultValue("60s") Duration requestTimeout,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue List<String> corsOrigins,
        @DefaultValue("365d") Duration strictTransportSecurity) {

    /**
     * @param maxRequests that may be under way at once; one more is answered 503
     * @param maxRequestsPerCaller of these, those of one address; one more is answered 429
     */
    public record PublicCalls(
            @DefaultValue("200") int maxRequests,
            @DefaultValue("50") int maxRequestsPerCaller) {}

    /**
     * @param threads that wait for the database
     * @param maxRequests that may be under way at once, those that wait for a thread too; one more is answered 503
     * @param maxRequestsPerCaller of these, those of one subject; one more is answered 429
     * @param maxWait how long one may wait for a thread; then it is answered 503
     */
    public record Queries(
            @DefaultValue("8") int threads,
            @DefaultValue("64") int maxRequests,
            @DefaultValue("48") int maxRequestsPerCaller,
            @DefaultValue("5s") Duration maxWait) {}

    /**
     * @param calls which they are
     * @param answerAfter a call whose work is not done so long after it began is answered 202, and the work goes on as a job
     * @param threads on which they run
     * @param maxRequests that may be under way at once, jobs too; one more is answered 503
     * @param maxRequestsPerCaller of these, those of one subject; one more is answered 429
     */
    public record LongWork(
            @DefaultValue List<LongCall> calls,
            @DefaultValue("5s") Duration answerAfter,
            @DefaultValue("4") int threads,
            @DefaultValue("4") int maxRequests,
            @DefaultValue("2") int maxRequestsPerCaller) {

        /** The path of the jobs of this call; null where it is no long one. */
        String jobsOf(Verb verb) {
            return calls.stream()
                    .filter(entry -> entry.call().equals(verb.action()))
                    .map(LongCall::jobs)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * @param call method and path, such as {@code GET /api/audit/verify}
     * @param jobs the path below which its jobs are asked for
     */
    public record LongCall(String call, String jobs) {}
}
