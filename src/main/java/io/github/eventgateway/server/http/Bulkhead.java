package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;

/**
 * Keeps one kind of calls from taking what another needs: a bounded number of them may be under way, fewer of one caller,
 * and those that wait for the database do so on threads of their own. Any thread.
 */
final class Bulkhead {

    private final Shares requests;
    private final FairThreads threads;
    private final Duration longestWait;

    /**
     * @param threads on which the routes of these calls run; null for the thread that brings the request
     * @param longestWait how long a call may have waited for one of them
     */
    Bulkhead(int mostRequests, int mostOfOneCaller, FairThreads threads, Duration longestWait) {
        this.requests = new Shares(mostRequests, mostOfOneCaller);
        this.threads = threads;
        this.longestWait = longestWait;
    }

    /** Counts a request in. Returns the reason of a refusal, or null. */
    Reason enter(String caller) {
        return requests.take(caller, 1);
    }

    void leave(String caller) {
        requests.give(caller, 1);
    }

    void run(String caller, Runnable work) {
        if (threads == null) {
            work.run();
        } else {
            threads.execute(caller, work);
        }
    }

    /**
     * To be called on the thread that a call has waited for.
     *
     * @param since when it began to wait, by {@link System#nanoTime}
     * @throws GatewayException with {@code OVERLOADED} if it waited too long
     */
    void checkWait(long since) {
        if (System.nanoTime() - since > longestWait.toNanos()) {
            throw new GatewayException(Reason.OVERLOADED);
        }
    }

    int underWay() {
        return requests.total();
    }

    void stop() {
        if (threads != null) {
            threads.stop();
        }
    }
}
