package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

class VerifiedTokensTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SetClock clock = new SetClock();
    private int verifications;

    @Test
    void aTokenIsVerifiedOnce() {
        VerifiedTokens tokens = tokens(10, START.plusSeconds(60));
        Jwt first = tokens.decode("a");
        assertThat(tokens.decode("a")).isSameAs(first);
        assertThat(verifications).isEqualTo(1);
    }

    @Test
    void anotherTokenIsVerifiedItself() {
        VerifiedTokens tokens = tokens(10, START.plusSeconds(60));
        tokens.decode("a");
        assertThat(tokens.decode("b").getTokenValue()).isEqualTo("b");
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void givenAnExpiredToken_thenItIsVerifiedAgain() {
        VerifiedTokens tokens = tokens(10, START.plusSeconds(60));
        tokens.decode("a");
        clock.now = START.plusSeconds(59);
        tokens.decode("a");
        assertThat(verifications).isEqualTo(1);
        clock.now = START.plusSeconds(60);
        tokens.decode("a");
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void noTokenIsRememberedForLongerThanTheLimit() {
        VerifiedTokens tokens = tokens(10, START.plus(Duration.ofDays(30)));
        tokens.decode("a");
        clock.now = START.plus(Duration.ofMinutes(5));
        tokens.decode("a");
        assertThat(verifications).isEqualTo(2);
    }

    @Test
    void givenTheLimitIsReached_thenTheLeastRecentlyUsedTokenIsForgotten() {
        VerifiedTokens tokens = tokens(2, START.plusSeconds(60));
        tokens.decode("a");
        tokens.decode("b");
        tokens.decode("a");
        tokens.decode("c");
        assertThat(tokens.size()).isEqualTo(2);
        tokens.decode("a");
        assertThat(verifications).isEqualTo(3);
        tokens.decode("b");
        assertThat(verifications).isEqualTo(4);
    }

    @Test
    void aRefusalIsNotRemembered() {
        VerifiedTokens tokens = new VerifiedTokens(
                token -> {
                    verifications++;
                    throw new BadJwtException("bad");
                },
                10,
                Duration.ofMinutes(5),
                clock);
        assertThatThrownBy(() -> tokens.decode("a")).isInstanceOf(BadJwtException.class);
        assertThatThrownBy(() -> tokens.decode("a")).isInstanceOf(BadJwtException.class);
        assertThat(verifications).isEqualTo(2);
        assertThat(tokens.size()).isZero();
    }

    private VerifiedTokens tokens(int maxEntries, Instant expiry) {
        return new VerifiedTokens(
                token -> {
                    verifications++;
                    return Jwt.withTokenValue(token)
                            .header("alg", "HS256")
                            .subject("x")
                            .expiresAt(expiry)
                            .build();
                },
                maxEntries,
                Duration.ofMinutes(5),
                clock);
    }

    private static final class SetClock extends Clock {

        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
