package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final Clock clock = new Clock();

    @Test
    void aBurstPasses_thenTheAllowedRate_andTheAnswerHasTheWait() {
        RateLimit limit = new RateLimit(2, 5, 100, clock);
        for (int i = 0; i < 5; i++) {
            assertThat(limit.take("a")).isZero();
        }
        assertThat(limit.take("a")).isEqualTo(1);
        clock.pass(Duration.ofMillis(500));
        assertThat(limit.take("a")).isZero();
        assertThat(limit.take("a")).isEqualTo(1);
        clock.pass(Duration.ofSeconds(60));
        for (int i = 0; i < 5; i++) {
            assertThat(limit.take("a")).isZero();
        }
        assertThat(limit.take("a")).isPositive();
    }

    @Test
    void oneCallerDoesNotUseTheLimitOfAnother() {
        RateLimit limit = new RateLimit(1, 1, 100, clock);
        assertThat(limit.take("a")).isZero();
        assertThat(limit.take("a")).isPositive();
        assertThat(limit.take("b")).isZero();
    }

    @Test
    void inventedCallersDoNotFillTheMemory_andLimitedCallersAreRemembered() {
        RateLimit limit = new RateLimit(1, 2, 100, clock);
        limit.take("debtor");
        limit.take("debtor");
        for (int i = 0; i < 99; i++) {
            limit.take("invented-" + i);
        }
        clock.pass(Duration.ofSeconds(1));
        limit.take("debtor");
        for (int i = 0; i < 50; i++) {
            limit.take("more-" + i);
        }
        assertThat(limit.size()).isLessThanOrEqualTo(100);
        assertThat(limit.take("debtor")).isPositive();
        for (int i = 0; i < 10_000; i++) {
            limit.take("flood-" + i);
            assertThat(limit.size()).isLessThanOrEqualTo(101);
        }
    }

    private static final class Clock implements TimeMeter {

        private long nanos;

        void pass(Duration time) {
            nanos += time.toNanos();
        }

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
