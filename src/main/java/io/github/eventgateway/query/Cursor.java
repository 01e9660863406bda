package io.github.eventgateway.query;

import io.github.eventgateway.event.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** The end of a page. The next page begins after it, even if new rows were added in the meantime. */
public record Cursor(Instant time, String id) {

    /** Returns the cursor as text for the caller. */
    public String encode() {
        String text = time + "/" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Parses a cursor; null if the text is not a cursor. */
    public static Cursor decode(String encoded) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            int slash = text.indexOf('/');
            if (slash < 0 || text.indexOf('\0') >= 0) {
                return null;
            }
            return new Cursor(Timestamps.parse(text.substring(0, slash)), text.substring(slash + 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }
}
