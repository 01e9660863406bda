package io.github.eventgateway.server.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A bucket of requests for each caller of one kind. A full bucket says nothing, so those are forgotten first where there
 * are too many; then any, since to forget a caller is better than to be filled up by invented ones. Any thread.
 */
final class RateLimit {

    private final long perSecond;
    private final long burst;
    private final int maxCallers;
    private final TimeMeter clock;
    private final ConcurrentMap<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    RateLimit(long perSecond, long burst, int maxCallers, TimeMeter clock) {
        this.perSecond = perSecond;
        this.burst = Math.max(burst, perSecond);
        this.maxCallers = maxCallers;
        this.clock = clock;
    }

    boolean isOff() {
        return perSecond == 0;
    }

    /** Counts one request; 0 where it may pass, else the seconds until one may. */
    long take(String caller) {
        Bucket bucket = buckets.get(caller);
        if (bucket == null) {
            if (buckets.size() >= maxCallers) {
                sweep();
            }
            bucket = buckets.computeIfAbsent(caller, key -> bucket());
        }
        if (bucket.tryConsume(1)) {
            return 0;
        }
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return Math.max(1, (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1));
    }

    int size() {
        return buckets.size();
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .withCustomTimePrecision(clock)
                .build();
    }

    /** Down to nine tenths, so that it is done once in many callers. */
    private void sweep() {
        if (!sweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            buckets.values().removeIf(bucket -> bucket.getAvailableTokens() >= burst);
            Iterator<Bucket> any = buckets.values().iterator();
            while (buckets.size() > maxCallers / 10 * 9 && any.hasNext()) {
                any.next();
                any.remove();
            }
        } finally {
            sweeping.set(false);
        }
    }
}
