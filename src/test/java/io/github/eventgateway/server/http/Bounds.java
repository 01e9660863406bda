package io.github.eventgateway.server.http;

import java.time.Duration;
import java.util.List;

/** Creates HTTP settings for tests that need only a few of them. */
final class Bounds {

    private Bounds() {}

    static HttpSettings of(int requests, int bytes, int bodyBytes) {
        return of(requests, bytes, bodyBytes, Duration.ofMillis(50));
    }

    static HttpSettings of(int requests, int bytes, int bodyBytes, Duration answerAfter) {
        return new HttpSettings(
                requests,
                requests,
                Integer.MAX_VALUE,
                bytes,
                bytes,
                new HttpSettings.PublicCalls(requests, requests),
                new HttpSettings.Queries(1, 1, requests, requests, Duration.ofSeconds(5)),
                new HttpSettings.LongWork(
                        List.of(new HttpSettings.LongCall("POST /long", "/jobs")), answerAfter, 1, requests, requests),
                new HttpSettings.Streams(1, requests, requests),
                new HttpSettings.Listeners(1, requests, requests),
                bodyBytes,
                bodyBytes,
                Duration.ofSeconds(10),
                1000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1000,
                1000,
                1000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                List.of(),
                List.of(),
                Duration.ZERO);
    }
}
