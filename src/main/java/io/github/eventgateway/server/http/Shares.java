package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A limited amount of one resource, of which each holder may have only a part. Any thread. */
final class Shares {

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> held = new HashMap<>();
    private int total;

    /**
     * @param most the total amount
     * @param mostOfOne the maximum amount of one holder
     */
    Shares(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Takes this amount. Returns the reason of the error if it is not available, otherwise null. */
    synchronized Reason take(String holder, int count) {
        int own = held.getOrDefault(holder, 0);
        if (count > most - total) {
            return Reason.OVERLOADED;
        }
        if (count > mostOfOne - own) {
            return Reason.TOO_MANY_REQUESTS;
        }
        if (count > 0) {
            held.put(holder, own + count);
            total += count;
        }
        return null;
    }

    synchronized void give(String holder, int count) {
        if (count > 0) {
            held.computeIfPresent(holder, (name, own) -> own == count ? null : own - count);
            total -= count;
            if (total == 0) {
                notifyAll();
            }
        }
    }

    synchronized int total() {
        return total;
    }

    /** Waits until nobody holds any. */
    synchronized boolean awaitNone(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; total > 0 && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return total == 0;
    }
}
