package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests that fail for a temporary reason, such as an unavailable Kafka. Each kind is logged at once, and then
 * at most every ten seconds with the number of requests. Callers retry, and one line per request would hide everything
 * else. Any thread.
 */
public final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Map<Kind, Suppressed> kinds = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /**
     * @param nanoTime the clock, such as {@link System#nanoTime}
     */
    public RefusalLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Kind(String action, Reason reason, String step) {}

    private static final class Suppressed {

        private boolean logged;
        private long loggedAt;
        private long count;

        /** Returns the number of requests to log, or 0 if it is too early. */
        synchronized long another(long now) {
            count++;
            if (logged && now - loggedAt < PAUSE_NANOS) {
                return 0;
            }
            logged = true;
            loggedAt = now;
            long all = count;
            count = 0;
            return all;
        }
    }

    /**
     * Counts a failed request.
     *
     * @param action its method and path template, or its purpose, such as {@code to open a connection}
     * @param step the file and line of the failed step; null if it is unknown
     */
    public void refused(String action, Reason reason, String step) {
        long count = kinds.computeIfAbsent(new Kind(action, reason, step), kind -> new Suppressed())
                .another(nanoTime.getAsLong());
        String place = step == null ? "" : " at " + step;
        if (count == 1) {
            LOG.warn("A request {} failed with {}{}", action, reason, place);
        } else if (count > 1) {
            LOG.warn("{} requests {} failed with {}{} since the last log entry", count, action, reason, place);
        }
    }
}
