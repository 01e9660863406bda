package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;

/** One request among those that are under way, and what it holds. It gives all of it back at once, and only once. Any thread. */
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

    /** Takes the place. Returns the reason of a refusal, or null. */
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

    /** Reserves so many bytes. Returns the reason of a refusal, or null. */
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

    /** Does the work that may wait for the database. */
    void run(Runnable work) {
        bulkhead.run(caller, work);
    }

    /** As {@link Bulkhead#checkWait}. */
    void checkWait(long since) {
        bulkhead.checkWait(since);
    }

    /** The route has done its part; the request goes on without it. */
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
