package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of requests that are refused for what passes, such as a Kafka that is away: each kind at once, then every
 * ten seconds at most, with how many there were. Callers try again, and a line for each would bury all others. Any thread.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Map<Kind, Suppressed> kinds = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    RefusalLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Kind(String action, Reason reason, String step) {}

    private static final class Suppressed {

        private boolean told;
        private long toldAt;
        private long count;

        /** How many there are to tell of, or 0 where it is too soon. */
        synchronized long another(long now) {
            count++;
            if (told && now - toldAt < PAUSE_NANOS) {
                return 0;
            }
            told = true;
            toldAt = now;
            long all = count;
            count = 0;
            return all;
        }
    }

    /**
     * A request was refused.
     *
     * @param action its method and the template of its path
     * @param step where in which route file it failed
     */
    void refused(String action, Reason reason, String step) {
        long count = kinds.computeIfAbsent(new Kind(action, reason, step), kind -> new Suppressed())
                .another(nanoTime.getAsLong());
        String place = step == null ? "" : " at " + step;
        if (count == 1) {
            LOG.warn("{} refused with {}{}", action, reason, place);
        } else if (count > 1) {
            LOG.warn("{} refused with {}{}, {} times since the last log entry", action, reason, place, count);
        }
    }
}
