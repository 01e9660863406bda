package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;

/**
 * Isolates one kind of calls from the others. It limits the number of concurrent calls in total and per caller. Calls
 * that wait for the database run on their own threads. Any thread.
 */
final class Bulkhead {

    private final Shares requests;
    private final FairThreads threads;
    private final Duration longestWait;

    /**
     * @param threads run the routes of these calls; null for the thread of the request
     * @param longestWait the maximum time that a call waits for a thread
     */
    Bulkhead(int mostRequests, int mostOfOneCaller, FairThreads threads, Duration longestWait) {
        this.requests = new Shares(mostRequests, mostOfOneCaller);
        this.threads = threads;
        this.longestWait = longestWait;
    }

    /** Admits a request. Returns the reason of the error if it is not admitted, otherwise null. */
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
     * Checks how long a call has waited for its thread. Call it on that thread.
     *
     * @param since when the wait began, by {@link System#nanoTime}
     * @throws GatewayException with {@code OVERLOADED} if it waited too long
     */
    void checkWait(long since) {
        if (System.nanoTime() - since > longestWait.toNanos()) {
            throw new GatewayException(Reason.OVERLOADED);
        }
    }

    int inProgress() {
        return requests.total();
    }

    void stop() {
        if (threads != null) {
            threads.stop();
        }
    }
}
