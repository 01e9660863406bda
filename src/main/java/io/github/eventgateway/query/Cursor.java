package io.github.eventgateway.query;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** Where a page ended: the next one begins after it, however many rows came in the meantime. */
public record Cursor(Instant time, String id) {

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** The cursor as a caller sees it. */
    public String encode() {
        String text = time + "/" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Null where the text is no cursor. */
    public static Cursor decode(String encoded) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            int slash = text.indexOf('/');
            if (slash < 0 || text.indexOf('\0') >= 0) {
                return null;
            }
            Instant time = Instant.parse(text.substring(0, slash));
            // no database knows the years beyond
            return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : new Cursor(time, text.substring(slash + 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }
}
