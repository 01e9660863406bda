package io.github.eventgateway.event;

import io.github.eventgateway.seal.MacKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Replaces a value that must not be kept by a keyed hash. Equal values of one field have equal hashes, so they can be
 * searched and counted. Without the key nobody can find the value, even by trying all values. Immutable; any thread.
 */
final class FieldHash {

    /** The prefix of every hash. */
    static final String PREFIX = "h:";

    /** Short enough for a field that holds an IP address. */
    static final int LENGTH = PREFIX.length() + 43;

    private final MacKey key;

    FieldHash(String key) {
        this.key = new MacKey(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hash of a value, given as text, of the field at this JSON Pointer. */
    String of(String pointer, String value) {
        byte[] hash = key.ofBytes((pointer + "\0" + value).getBytes(StandardCharsets.UTF_8));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    static boolean isHash(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean base64 =
                    c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!base64) {
                return false;
            }
        }
        return true;
    }
}
