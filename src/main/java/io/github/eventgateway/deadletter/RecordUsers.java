package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.DecimalNode;
import io.github.eventgateway.event.Scalars;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The users that a record may be about, for any bytes. In JSON these are the values of fields with the names of user id
 * fields, at any depth, even if the JSON is incomplete or has a name twice. The key counts too. In other bytes it
 * searches for the user id as text. Immutable.
 */
final class RecordUsers {

    private static final JsonFactory JSON = new JsonFactory();

    /** A shorter id, such as 42, also occurs in many records that are not about the user. */
    private static final int LONG_ENOUGH = 8;

    /** The length from which the beginning of an id at the end of a cut text counts as the id. */
    private static final int CUT_ID = 32;

    private static final String USER = "user";

    private final byte[] key;
    private final byte[] value;
    private final Set<String> names;

    /** @param names the names of the fields with user ids */
    RecordUsers(byte[] key, byte[] value, Set<String> names) {
        this.key = key;
        this.value = value;
        this.names = names;
    }

    /** The result of a search for a user in the fields of a record. */
    private enum Fields {
        MATCH,
        NO_MATCH,
        /** The value is not JSON, or only its beginning is. */
        UNREADABLE
    }

    /** Returns whether the key or a field names a user that meets the condition. It keeps no user in memory. */
    boolean nameAny(Predicate<String> user) {
        return isKey(user) || fields(user) == Fields.MATCH;
    }

    private boolean isKey(Predicate<String> user) {
        return key != null && user.test(new String(key, StandardCharsets.UTF_8));
    }

    /**
     * Returns whether the record is about the user with one of these values. One of three conditions is enough. A user
     * field or the key is the value. The value has at least eight characters, and the record contains it. The value is
     * a separate word in the key, in a record value that is not JSON, or in a header with "user" in its name.
     */
    boolean isAbout(Collection<String> values, Headers headers) {
        if (isKey(values::contains)) {
            return true;
        }
        Fields fields = fields(values::contains);
        return fields == Fields.MATCH
                || values.stream().anyMatch(user -> isInBytes(user, headers, fields == Fields.NO_MATCH));
    }

    /**
     * Returns whether a stub ends with the beginning of one of these values, at the place where its key or its value was
     * cut.
     */
    boolean isCutIn(Collection<String> values) {
        return values.stream()
                .map(user -> user.getBytes(StandardCharsets.UTF_8))
                .anyMatch(user -> endsWithBeginning(key, user) || endsWithBeginning(value, user));
    }

    private static boolean endsWithBeginning(byte[] bytes, byte[] user) {
        if (bytes == null || bytes.length < DeadLetterStub.HEAD) {
            return false;
        }
        for (int length = Math.min(user.length - 1, bytes.length); length >= CUT_ID; length--) {
            if (Arrays.equals(bytes, bytes.length - length, bytes.length, user, 0, length)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a text that was cut to this length ends with the beginning of the id. */
    static boolean isCutIn(String text, int longest, String user) {
        // A character of two units is not cut in half.
        if (text.length() < longest - 1) {
            return false;
        }
        for (int length = Math.min(user.length() - 1, text.length()); length >= CUT_ID; length--) {
            if (text.regionMatches(text.length() - length, user, 0, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInBytes(String user, Headers headers, boolean isJson) {
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

    /** Returns whether an id is so long that it does not occur by chance. */
    static boolean isLong(String user) {
        return user.length() >= LONG_ENOUGH;
    }

    private Fields fields(Predicate<String> user) {
        if (value == null) {
            return Fields.UNREADABLE;
        }
        try (JsonParser parser = JSON.createParser(value)) {
            JsonToken first = parser.nextToken();
            // A single string or number is treated as bytes.
            boolean isTree = first != null && first.isStructStart();
            return isAnyNamed(parser, user) ? Fields.MATCH : isTree ? Fields.NO_MATCH : Fields.UNREADABLE;
        } catch (IOException | RuntimeException e) {
            return Fields.UNREADABLE;
        }
    }

    /** The elements of a list belong to the name of the list. The work for a value does not depend on its depth. */
    private boolean isAnyNamed(JsonParser parser, Predicate<String> user) throws IOException {
        BitSet named = new BitSet();
        int depth = 0;
        for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.FIELD_NAME) {
                named.set(depth, names.contains(parser.currentName()));
            } else if (token.isStructStart()) {
                depth++;
                named.set(depth, token == JsonToken.START_ARRAY && named.get(depth - 1));
            } else if (token.isStructEnd()) {
                depth--;
            } else if (named.get(depth) && user.test(text(parser, token))) {
                return true;
            }
        }
        return false;
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

    /**
     * Returns whether the byte at this index is neither a letter nor a digit. Bytes of non-ASCII letters are negative.
     */
    private static boolean isOutside(byte[] bytes, int at) {
        return at < 0 || at >= bytes.length || bytes[at] >= 0 && !Character.isLetterOrDigit(bytes[at]);
    }
}
