package io.github.eventgateway.handle;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.utils.DateUtils;

/** The header {@code Retry-After}: a number of seconds, or an HTTP date (RFC 9110, section 10.2.3). */
final class RetryAfter {

    private RetryAfter() {}

    /** Returns the time to wait, at most the bound; zero if the text is invalid. */
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
