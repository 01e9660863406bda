package io.github.eventgateway.server.http;

import io.github.eventgateway.database.ConnectionPools;

/**
 * The kinds of calls, each with its own limits: publishing, public calls, queries, long work, finite streams and
 * endless streams. Any thread.
 */
final class Bulkheads {

    private final HttpSettings.LongWork longWorkSettings;
    private final Bulkhead events;
    private final Bulkhead publicCalls;
    private final Bulkhead queries;
    private final Bulkhead longWork;
    private final Bulkhead streams;
    private final Bulkhead listeners;

    Bulkheads(HttpSettings settings) {
        this.longWorkSettings = settings.longWork();
        this.events = new Bulkhead(
                settings.maxInFlightRequests(),
                settings.maxInFlightRequestsPerCaller(),
                null,
                settings.requestTimeout());
        this.publicCalls = new Bulkhead(
                settings.publicCalls().maxRequests(),
                settings.publicCalls().maxRequestsPerCaller(),
                null,
                settings.requestTimeout());
        this.queries = new Bulkhead(
                settings.queries().maxRequests(),
                settings.queries().maxRequestsPerCaller(),
                threads(
                        "queries",
                        settings.queries().threads(),
                        settings.queries().threadsPerCaller()),
                settings.queries().maxWait());
        this.longWork = new Bulkhead(
                longWorkSettings.maxRequests(),
                longWorkSettings.maxRequestsPerCaller(),
                threads("long-work", longWorkSettings.threads(), longWorkSettings.maxRequestsPerCaller()),
                settings.requestTimeout());
        this.streams = new Bulkhead(
                settings.streams().maxRequests(),
                settings.streams().maxRequestsPerCaller(),
                null,
                settings.requestTimeout());
        this.listeners = new Bulkhead(
                settings.listeners().maxRequests(),
                settings.listeners().maxRequestsPerCaller(),
                null,
                settings.requestTimeout());
    }

    private static FairThreads threads(String name, int most, int mostOfOne) {
        return new FairThreads(name, most, mostOfOne, () -> ConnectionPools.useAs(ConnectionPools.User.CALLERS));
    }

    Bulkhead of(Verb verb) {
        if (verb.publishes()) {
            return events;
        }
        if (!verb.isAudited()) {
            return publicCalls;
        }
        if (verb.isStreamed()) {
            return verb.isEndless() ? listeners : streams;
        }
        return longWorkSettings.jobsOf(verb) == null ? queries : longWork;
    }

    void stop() {
        queries.stop();
        longWork.stop();
    }
}
