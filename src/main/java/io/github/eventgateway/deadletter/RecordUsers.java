package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.DecimalNode;
import io.github.eventgateway.event.Scalars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The users that a record may be about, whatever its bytes are. In JSON these are the values of fields with the names of those that hold
 * ids of users, at any depth, be the JSON broken off or be a name there twice; and the key is one. Elsewhere a user is looked for as
 * bytes. Immutable.
 */
final class RecordUsers {

    private static final JsonFactory JSON = new JsonFactory();

    /** A shorter id, such as 42, stands in many records that are not about the user. */
    private static final int LONG_ENOUGH = 8;

    private static final String USER = "user";

    private final byte[] key;
    private final byte[] value;
    private final Set<String> named = new HashSet<>();
    private boolean isJson;

    /** @param names of the fields that hold ids of users */
    RecordUsers(byte[] key, byte[] value, Set<String> names) {
        this.key = key;
        this.value = value;
        if (key != null) {
            named.add(new String(key, StandardCharsets.UTF_8));
        }
        if (value != null) {
            isJson = readNamed(names);
        }
    }

    /** The users that key and fields name. */
    Set<String> named() {
        return named;
    }

    /**
     * Whether one of these values stands for the user: it is named; or it stands anywhere in value, key or headers, if it has eight or
     * more characters; or it stands by itself in a value that is not JSON, in the key, or in a header whose name speaks of a user.
     */
    boolean isAbout(Collection<String> values, Headers headers) {
        return values.stream().anyMatch(user -> named.contains(user) || isInBytes(user, headers));
    }

    private boolean isInBytes(String user, Headers headers) {
        byte[] wanted = user.getBytes(StandardCharsets.UTF_8);
        boolean isLong = isLong(user);
        if (contains(key, wanted, isLong) || (isLong || !isJson) && contains(value, wanted, isLong)) {
            return true;
        }
        for (Header header : headers) {
            boolean isOfUsers = header.key().toLowerCase(Locale.ROOT).contains(USER);
            if ((isLong || isOfUsers) && contains(header.value(), wanted, isLong)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an id is so long that it stands nowhere by chance. */
    static boolean isLong(String user) {
        return user.length() >= LONG_ENOUGH;
    }

    private boolean readNamed(Set<String> names) {
        try (JsonParser parser = JSON.createParser(value)) {
            JsonToken first = parser.nextToken();
            for (JsonToken token = first; token != null; token = parser.nextToken()) {
                if (token.isScalarValue() && isNamed(parser, names)) {
                    named.add(text(parser, token));
                }
            }
            // a text or a number alone is no more than its bytes
            return first != null && first.isStructStart();
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** Of a list, each element has the list's name. */
    private static boolean isNamed(JsonParser parser, Set<String> names) {
        var at = parser.getParsingContext();
        while (at != null && at.inArray()) {
            at = at.getParent();
        }
        return at != null && at.getCurrentName() != null && names.contains(at.getCurrentName());
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NUMBER_FLOAT
                ? Scalars.text(DecimalNode.valueOf(parser.getDecimalValue()))
                : parser.getText();
    }

    private static boolean contains(byte[] bytes, byte[] wanted, boolean anywhere) {
        if (bytes == null) {
            return false;
        }
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (isAt(bytes, at, wanted)
                    && (anywhere || isOutside(bytes, at - 1) && isOutside(bytes, at + wanted.length))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(byte[] bytes, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether no letter and no digit stands there; a byte of another letter than those of ASCII is negative. */
    private static boolean isOutside(byte[] bytes, int at) {
        return at < 0 || at >= bytes.length || bytes[at] >= 0 && !Character.isLetterOrDigit(bytes[at]);
    }
}
