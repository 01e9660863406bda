package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;

/**
 * One admitted request and the resources that it holds. It releases all of them together, and only once. Any thread.
 */
final class RequestPermit {

    private final VerbConsumer route;
    private final Bulkhead bulkhead;
    private final String caller;
    private final Shares addresses;
    private final String address;
    private final Shares bytes;
    private int reserved;
    private boolean left;
    private boolean leftRoute;

    RequestPermit(
            VerbConsumer route, Bulkhead bulkhead, String caller, Shares addresses, String address, Shares bytes) {
        this.route = route;
        this.bulkhead = bulkhead;
        this.caller = caller;
        this.addresses = addresses;
        this.address = address;
        this.bytes = bytes;
    }

    /** Takes the place. Returns the reason of the error if no place is free, otherwise null. */
    Reason take() {
        Reason refusal = addresses.take(address, 1);
        if (refusal == null) {
            refusal = bulkhead.enter(caller);
            if (refusal != null) {
                addresses.give(address, 1);
            }
        }
        if (refusal == null) {
            route.count(1);
        }
        return refusal;
    }

    /** Reserves this number of bytes. Returns the reason of the error if there are too few, otherwise null. */
    synchronized Reason reserve(int count) {
        if (left) {
            return Reason.OVERLOADED;
        }
        Reason refusal = bytes.take(caller, count);
        if (refusal == null) {
            reserved += count;
        }
        return refusal;
    }

    /** Returns the caller who holds the place. */
    String caller() {
        return caller;
    }

    /** Runs work that may wait for the database. */
    void run(Runnable work) {
        bulkhead.run(caller, work);
    }

    /** Checks the wait as {@link Bulkhead#checkWait} does. */
    void checkWait(long since) {
        bulkhead.checkWait(since);
    }

    /** Reports that the route has ended; the request continues without it. */
    synchronized void leaveRoute() {
        if (!leftRoute) {
            leftRoute = true;
            route.count(-1);
        }
    }

    synchronized void leave() {
        if (!left) {
            left = true;
            leaveRoute();
            bytes.give(caller, reserved);
            bulkhead.leave(caller);
            addresses.give(address, 1);
        }
    }
}
