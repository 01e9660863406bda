package io.github.eventgateway.query;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** Where a page ended: the next one begins after it, however many events came in the meantime. */
record Cursor(Instant time, String id) {

    String encode() {
        String text = time + "/" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Null where the text is no cursor. */
    static Cursor decode(String encoded) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            int slash = text.indexOf('/');
            if (slash < 0 || text.indexOf('\0') >= 0) {
                return null;
            }
            return new Cursor(Instant.parse(text.substring(0, slash)), text.substring(slash + 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }
}
