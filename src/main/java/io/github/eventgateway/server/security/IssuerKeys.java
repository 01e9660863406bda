package io.github.eventgateway.server.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.CachingJWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWithHealthStatusReporting;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.RateLimitedJWKSetSource;
import com.nimbusds.jose.jwk.source.RefreshAheadCachingJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.events.Event;
import com.nimbusds.jose.util.health.HealthReport;
import com.nimbusds.jose.util.health.HealthStatus;
import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer, cached by Nimbus. The gateway fetches them for the first token, and for a token with an
 * unknown key. A background thread fetches them again regularly, so that a withdrawn key becomes invalid. While the
 * issuer does not answer, known keys stay valid up to a maximum age. One thread at a time asks the issuer, up to 31
 * others wait for it for a second, and after a failure there is a pause. Any thread.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration WAIT_FOR_ANOTHERS_FETCH = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 32;

    private final LongSupplier nanos;
    private final long start;
    private final long keptFor;
    private final long retryAfter;
    private final JWKSetSource<SecurityContext> keys;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private volatile Runnable onChange = () -> {};
    private volatile Attempt last;
    private volatile Known known;

    private record Attempt(long at, boolean answered) {}

    private record Known(String keys, long at) {}

    /**
     * @throws StartupException if the settings contradict each other
     */
    IssuerKeys(SecuritySettings settings, LongSupplier nanos) {
        requireOrder(settings);
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.keptFor = settings.jwkKeptFor().toMillis();
        this.retryAfter = settings.jwkRetryAfter().toMillis();
        // These are the parts of JWKSourceBuilder. The builder accepts no executor, and its own would keep the process
        // alive.
        this.keys = new RefreshAheadCachingJWKSetSource<>(
                new RateLimitedJWKSetSource<>(
                        new JWKSetSourceWithHealthStatusReporting<>(new PublishedKeys(settings), this::recordOutcome),
                        retryAfter,
                        null),
                keptFor,
                WAIT_FOR_ANOTHERS_FETCH.toMillis(),
                keptFor - settings.jwkRefresh().toMillis(),
                false,
                Executors.newSingleThreadExecutor(DaemonThreads.named("issuer-keys")),
                false,
                this::refreshed);
    }

    private static void requireOrder(SecuritySettings settings) {
        if (settings.jwkRefresh().compareTo(WAIT_FOR_ANOTHERS_FETCH) < 0
                || settings.jwkRefresh().compareTo(settings.jwkKeptFor()) >= 0
                || settings.jwkRetryAfter().isNegative()
                || settings.jwkRetryAfter().compareTo(settings.jwkKeptFor()) >= 0) {
            throw new StartupException(
                    "gateway.security.jwk-refresh, jwk-retry-after and jwk-kept-for contradict each other: write"
                            + " 1s or more for jwk-refresh, and make jwk-kept-for longer than the other two");
        }
    }

    /** Sets the action that runs when the keys of the issuer have changed. */
    void onChange(Runnable action) {
        onChange = action;
    }

    /**
     * Returns the matching keys; empty if the issuer has none.
     *
     * @throws KeySourceException if this is unknown because the issuer does not answer
     */
    @Override
    public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
        long now = now();
        JWKSet cached = isKnown(now) ? cached(now) : fetched(JWKSetCacheRefreshEvaluator.noRefresh(), now);
        List<JWK> found = selector.select(cached);
        return found.isEmpty()
                ? selector.select(fetched(JWKSetCacheRefreshEvaluator.referenceComparison(cached), now))
                : found;
    }

    /** Makes the background thread fetch the keys if they are due; returns at once. */
    void refreshIfDue() {
        long now = now();
        if (isKnown(now) && !isPaused(now)) {
            try {
                cached(now);
            } catch (KeySourceException e) {
                LOG.debug("The keys have just become too old", e);
            }
        }
    }

    private JWKSet cached(long now) throws KeySourceException {
        return keys.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), now, null);
    }

    private JWKSet fetched(JWKSetCacheRefreshEvaluator evaluator, long now) throws KeySourceException {
        if (isPaused(now)) {
            throw new JWKSetUnavailableException("The issuer did not answer, and jwk-retry-after has not passed");
        }
        if (!waiting.tryAcquire()) {
            throw new JWKSetUnavailableException(MOST_WAITING + " calls already wait for the issuer");
        }
        try {
            return keys.getJWKSet(evaluator, now, null);
        } catch (RateLimitReachedException e) {
            if (last.answered() && isKnown(now)) {
                return cached(now);
            }
            throw e;
        } finally {
            waiting.release();
        }
    }

    /** Nimbus expects milliseconds that are not negative. The wall clock could jump back. */
    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - start);
    }

    private boolean isKnown(long now) {
        return known != null && now - known.at() < keptFor;
    }

    private boolean isPaused(long now) {
        Attempt attempt = last;
        return attempt != null && !attempt.answered() && now - attempt.at() < retryAfter;
    }

    /** Logs once when an outage begins and once when it ends, because tokens arrive too often to log each. */
    private void recordOutcome(HealthReport<?, ?> report) {
        boolean answered = report.getHealthStatus() == HealthStatus.HEALTHY;
        boolean answeredBefore = last == null || last.answered();
        last = new Attempt(now(), answered);
        if (answeredBefore && !answered) {
            LOG.warn(
                    "The keys of the issuer cannot be fetched. The gateway retries. Cause: {}",
                    report.getException().getMessage());
        } else if (!answeredBefore && answered) {
            LOG.info("The keys of the issuer can be fetched again");
        }
    }

    private void refreshed(Event<CachingJWKSetSource<SecurityContext>, SecurityContext> event) {
        if (event instanceof CachingJWKSetSource.RefreshCompletedEvent<SecurityContext> completed) {
            Known before = known;
            known = new Known(completed.getJWKSet().toString(), now());
            if (before != null && !before.keys().equals(known.keys())) {
                LOG.info("The keys of the issuer have changed. The gateway verifies every token again");
                onChange.run();
            }
        }
    }
}
