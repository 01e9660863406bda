package io.github.eventgateway.http;

import java.time.Duration;
import java.util.List;

/** Settings of the HTTP side for tests, where most of them do not matter. */
final class Bounds {

    private Bounds() {}

    static HttpSettings of(int requests, int bytes, int bodyBytes) {
        return new HttpSettings(
                requests,
                bytes,
                bodyBytes,
                bodyBytes,
                Duration.ofSeconds(10),
                1000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                List.of(),
                List.of(),
                Duration.ZERO);
    }

    static RateLimits noLimits(AnswerWriter answers) {
        return new RateLimits(
                new RateLimitSettings(
                        new RateLimitSettings.Limit(0, 0),
                        new RateLimitSettings.Limit(0, 0),
                        new RateLimitSettings.Stranger(0, 0),
                        10),
                answers);
    }
}
