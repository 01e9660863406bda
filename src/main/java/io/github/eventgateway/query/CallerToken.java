package io.github.eventgateway.query;

import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;

/** The token of a caller during a long answer. One thread at a time. */
final class CallerToken {

    /** Verifying a token again takes a few microseconds. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Instant expiry;
    private final BooleanSupplier keyWithdrawn;
    private final long interval;
    private long asked = System.nanoTime();

    /**
     * @param expiry when the token expires; null for never
     * @param keyWithdrawn whether the key of the token was withdrawn
     * @param interval the minimum time between two checks of the key
     */
    CallerToken(Instant expiry, BooleanSupplier keyWithdrawn, Duration interval) {
        this.expiry = expiry;
        this.keyWithdrawn = keyWithdrawn;
        this.interval = interval.toNanos();
    }

    static CallerToken of(Exchange exchange) {
        BooleanSupplier keyWithdrawn = exchange.getProperty(CallProperties.KEY_WITHDRAWN, BooleanSupplier.class);
        return new CallerToken(
                exchange.getProperty(CallProperties.TOKEN_EXPIRY, Instant.class),
                keyWithdrawn == null ? () -> false : keyWithdrawn,
                INTERVAL);
    }

    /**
     * @throws GatewayException with {@code UNAUTHENTICATED} if the token has expired
     */
    void requireUnexpired() {
        if (expiry != null && !Instant.now().isBefore(expiry)) {
            throw new GatewayException(Reason.UNAUTHENTICATED);
        }
    }

    /**
     * Checks the key of the token, at most once per interval. It may wait for the issuer.
     *
     * @throws GatewayException with {@code UNAUTHENTICATED} if the key of the token was withdrawn
     */
    void requireKey() {
        long now = System.nanoTime();
        if (now - asked >= interval) {
            asked = now;
            if (keyWithdrawn.getAsBoolean()) {
                throw new GatewayException(Reason.UNAUTHENTICATED);
            }
        }
    }
}
