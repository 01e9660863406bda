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
 * A token bucket for each caller of one kind. If there are too many callers, full buckets are dropped first, because
 * they hold no information, and then any others. Dropping a caller is better than unlimited memory for invented ones.
 * Any thread.
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

    /** Counts one request. Returns 0 if it is allowed, otherwise the seconds to wait. */
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

    /** Reduces to nine tenths, so that this is needed only once in many callers. */
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
