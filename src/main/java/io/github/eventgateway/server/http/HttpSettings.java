package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Heap;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of the HTTP server, its trusted proxies and its origins.
 *
 * @param maxInFlightRequests Maximum number of concurrent requests with events. A further one is answered with 503.
 * @param maxInFlightRequestsPerCaller Maximum number of concurrent requests with events of one subject. A further one
 *     is answered with 429.
 * @param maxInFlightRequestsPerAddress Maximum number of concurrent requests of all kinds of one address. A further one
 *     is answered with 429.
 * @param maxInFlightBytes Maximum number of bytes of request bodies that are kept at the same time. A request beyond it is
 *     answered with 503.
 * @param maxInFlightBytesPerCaller Maximum number of bytes of request bodies that are kept at the same time for one subject, or
 *     for one address without a valid token. A request beyond it is answered with 429.
 * @param publicCalls the bounds of calls that need no token
 * @param queries the bounds of all calls that are neither publishing, public, long work nor streams
 * @param longWork the calls that may take long, and their bounds
 * @param streams the bounds of calls whose answer is a stream that ends
 * @param listeners the bounds of calls whose answer is a stream without an end
 * @param maxBodyBytes Maximum size of a request body. A larger one is answered with 413.
 * @param maxBatchBytes Maximum size of the body of a call that accepts {@code application/x-ndjson}. A larger one is
 *     answered with 413.
 * @param bodyTimeout Time in which a body must arrive, in addition to the time that its bytes need at the minimum rate.
 *     Otherwise the request is answered with 408.
 * @param minBodyBytesPerSecond Minimum rate at which a body must arrive.
 * @param headTimeout Time in which the head of a request must arrive. Otherwise the connection is closed.
 * @param answerTimeout Time in which the caller must read the answer, in addition to the time that its bytes need at
 *     the minimum rate. Otherwise the connection is closed.
 * @param minAnswerBytesPerSecond Minimum rate at which a caller must read an answer.
 * @param maxUnsentBytes Maximum number of bytes of answers that wait for slow callers. If there are more, the address
 *     with the most waiting bytes loses the connection that has waited longest. At most 1/8 of the heap.
 * @param maxConnectionsPerAddress Maximum number of connections of one address. A further one is closed at once. A
 *     trusted proxy has no such limit.
 * @param requestTimeout Maximum time that a route takes to answer. If it takes longer, the caller gets 503, and the
 *     outcome is unknown.
 * @param stopTimeout Maximum time that a stop waits for the requests in progress.
 * @param trustedProxies Addresses or networks ({@code 10.0.0.0/8}) of proxies whose {@code X-Forwarded-For} and
 *     {@code X-Forwarded-Proto} the gateway trusts. Behind any other proxy, all callers have the address of the proxy.
 * @param corsOrigins Origins whose pages may call the API from a browser, such as {@code https://console.example.org}.
 *     If it is empty, only the pages of the gateway itself may call the API.
 * @param strictTransportSecurity Time for which a browser uses only HTTPS after an answer over HTTPS (HSTS). With
 *     {@code 0s} the gateway does not send the header.
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
        @DefaultValue Streams streams,
        @DefaultValue Listeners listeners,
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

    private static final int PART_OF_THE_UNSENT = 8;

    public HttpSettings {
        maxUnsentBytes = Heap.atMost(maxUnsentBytes, PART_OF_THE_UNSENT);
    }

    /**
     * @param maxRequests Maximum number of concurrent calls without a token. A further one is answered with 503.
     * @param maxRequestsPerCaller Maximum number of concurrent calls without a token of one address. A further one is
     *     answered with 429.
     */
    public record PublicCalls(
            @DefaultValue("200") int maxRequests,
            @DefaultValue("50") int maxRequestsPerCaller) {}

    /**
     * @param threads Number of threads for queries, which wait for the database.
     * @param threadsPerCaller Maximum number of these threads that work for one subject at the same time. Its further
     *     queries wait.
     * @param maxRequests Maximum number of concurrent queries, including those that wait for a thread. A further one is
     *     answered with 503.
     * @param maxRequestsPerCaller Maximum number of concurrent queries of one subject. A further one is answered with 429.
     * @param maxWait Maximum time that a query waits for a thread. A query that waits longer is answered with 503.
     */
    public record Queries(
            @DefaultValue("8") int threads,
            @DefaultValue("1") int threadsPerCaller,
            @DefaultValue("64") int maxRequests,
            @DefaultValue("48") int maxRequestsPerCaller,
            @DefaultValue("5s") Duration maxWait) {}

    /**
     * @param calls Calls that can take long. {@code call} is the method and the path. {@code jobs} is the path of the
     *     jobs of this call.
     * @param answerAfter Time after which such a call is answered with 202 if it is not done. Its work continues as a job.
     * @param threads Number of threads for long work.
     * @param maxRequests Maximum number of concurrent long calls, including their jobs. A further one is answered with 503.
     * @param maxRequestsPerCaller Maximum number of concurrent long calls of one subject, including their jobs. A
     *     further one is answered with 429.
     */
    public record LongWork(
            @DefaultValue List<LongCall> calls,
            @DefaultValue("5s") Duration answerAfter,
            @DefaultValue("4") int threads,
            @DefaultValue("4") int maxRequests,
            @DefaultValue("2") int maxRequestsPerCaller) {

        /** Returns the path of the jobs of this call; null if it is not a long call. */
        String jobsOf(Verb verb) {
            return calls.stream()
                    .filter(entry -> entry.call().equals(verb.action()))
                    .map(LongCall::jobs)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * @param threads Number of threads that make and write streamed answers, in turns.
     * @param maxRequests Maximum number of streamed answers in progress. A further request is answered with 503.
     * @param maxRequestsPerCaller Maximum number of streamed answers in progress for one subject. A further request is
     *     answered with 429.
     */
    public record Streams(
            @DefaultValue("2") int threads,
            @DefaultValue("32") int maxRequests,
            @DefaultValue("4") int maxRequestsPerCaller) {}

    /**
     * @param threads Number of threads that write to listeners, in turns.
     * @param maxRequests Maximum number of listeners. A further one is answered with 503.
     * @param maxRequestsPerCaller Maximum number of listeners of one subject. A further one is answered with 429.
     */
    public record Listeners(
            @DefaultValue("2") int threads,
            @DefaultValue("200") int maxRequests,
            @DefaultValue("8") int maxRequestsPerCaller) {}

    /**
     * @param call method and path, such as {@code GET /api/audit/verify}
     * @param jobs the path of its jobs
     */
    public record LongCall(String call, String jobs) {}
}
