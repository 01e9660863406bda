package io.github.eventgateway.handle;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.utils.DateUtils;

/** The header {@code Retry-After}: a number of seconds, or a date of HTTP (RFC 9110, section 10.2.3). */
final class RetryAfter {

    private RetryAfter() {}

    /** Returns how long to wait, the bound at most; zero where the text does not say. */
    static Duration parse(String text, Instant now, Duration bound) {
        if (text == null) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ZERO;
        String trimmed = text.trim();
        if (trimmed.matches("\\d{1,18}")) {
            asked = Duration.ofSeconds(Math.min(Long.parseLong(trimmed), bound.toSeconds() + 1));
        } else {
            Instant date = DateUtils.parseStandardDate(trimmed);
            if (date != null && date.isAfter(now)) {
                asked = Duration.between(now, date);
            }
        }
        return asked.compareTo(bound) > 0 ? bound : asked;
    }
}
