package io.github.eventgateway.server.http;

import io.github.eventgateway.database.ConnectionPools;
import java.time.Duration;

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
        Duration wait = settings.requestTimeout();
        this.events = new Bulkhead(settings.maxInFlightRequests(), settings.maxInFlightRequestsPerCaller(), null, wait);
        HttpSettings.PublicCalls open = settings.publicCalls();
        this.publicCalls = new Bulkhead(open.maxRequests(), open.maxRequestsPerCaller(), null, wait);
        HttpSettings.Queries some = settings.queries();
        this.queries = new Bulkhead(
                some.maxRequests(),
                some.maxRequestsPerCaller(),
                threads("queries", some.threads(), some.threadsPerCaller()),
                some.maxWait());
        int longPerCaller = longWorkSettings.maxRequestsPerCaller();
        this.longWork = new Bulkhead(
                longWorkSettings.maxRequests(),
                longPerCaller,
                threads("long-work", longWorkSettings.threads(), longPerCaller),
                wait);
        HttpSettings.Streams finite = settings.streams();
        this.streams = new Bulkhead(finite.maxRequests(), finite.maxRequestsPerCaller(), null, wait);
        HttpSettings.Listeners endless = settings.listeners();
        this.listeners = new Bulkhead(endless.maxRequests(), endless.maxRequestsPerCaller(), null, wait);
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
