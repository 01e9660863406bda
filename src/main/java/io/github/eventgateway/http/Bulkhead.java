package io.github.eventgateway.http;

import io.github.eventgateway.api.Reason;

/**
 * Keeps one kind of calls from taking what another needs: a bounded number of them may be under way, fewer of one caller,
 * and those that wait for the database do so on threads of their own. Any thread.
 */
final class Bulkhead {

    private final Shares requests;
    private final FairThreads threads;

    /** @param threads on which the routes of these calls run; null for the thread that brings the request */
    Bulkhead(int mostRequests, int mostOfOneCaller, FairThreads threads) {
        this.requests = new Shares(mostRequests, mostOfOneCaller);
        this.threads = threads;
    }

    /** Counts a request in; why it may not be under way, or null where it may. */
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

    int underWay() {
        return requests.total();
    }

    void stop() {
        if (threads != null) {
            threads.stop();
        }
    }
}
