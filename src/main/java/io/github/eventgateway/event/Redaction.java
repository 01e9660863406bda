package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.api.Violation;
import java.util.List;

/**
 * The fields of one type whose values the gateway does not keep. It replaces them by {@code ***} or by a hash.
 * Immutable; any thread.
 */
final class Redaction {

    static final Redaction NONE = new Redaction(List.of(), List.of(), null);

    /** The replacement of a redacted value. */
    static final String MARK = "***";

    private static final TextNode REDACTED = TextNode.valueOf(MARK);

    private final List<JsonPointer> redacted;
    private final List<JsonPointer> hashed;
    private final FieldHash hash;

    Redaction(List<JsonPointer> redacted, List<JsonPointer> hashed, FieldHash hash) {
        this.redacted = redacted;
        this.hashed = hashed;
        this.hash = hash;
    }

    /** Returns whether all values are kept. */
    boolean isNone() {
        return redacted.isEmpty() && hashed.isEmpty();
    }

    boolean hashes(JsonPointer field) {
        return hashed.contains(field);
    }

    boolean redacts(JsonPointer field) {
        return redacted.stream()
                .anyMatch(one -> field.toString().equals(one.toString())
                        || field.toString().startsWith(one + "/"));
    }

    /**
     * @param again true if the event may have been redacted before; existing replacements then stay unchanged
     */
    void apply(ObjectNode data, boolean again) {
        for (JsonPointer field : redacted) {
            if (isPresent(data.at(field))) {
                replace(data, field, REDACTED);
            }
        }
        for (JsonPointer field : hashed) {
            JsonNode value = data.at(field);
            if (isPresent(value) && !(again && isReplaced(value))) {
                String text = value.isValueNode() ? Scalars.text(value) : value.toString();
                replace(data, field, TextNode.valueOf(hash.of(field.toString(), text)));
            }
        }
    }

    /** Returns whether the schema violation concerns a replacement and not an original value. */
    boolean excuses(Violation violation, ObjectNode data) {
        return excuses(redacted, violation, data) || excuses(hashed, violation, data);
    }

    private static boolean excuses(List<JsonPointer> fields, Violation violation, ObjectNode data) {
        for (JsonPointer field : fields) {
            if (violation.path().equals("/data" + field) && isReplaced(data.at(field))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPresent(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    /** Returns whether this value is a replacement. */
    static boolean isReplaced(JsonNode value) {
        return value.isTextual() && (value.equals(REDACTED) || FieldHash.isHash(value.textValue()));
    }

    private static void replace(ObjectNode data, JsonPointer field, JsonNode value) {
        JsonNode parent = data.at(field.head());
        if (parent instanceof ObjectNode object) {
            object.set(field.last().getMatchingProperty(), value);
        } else if (parent instanceof ArrayNode array) {
            array.set(field.last().getMatchingIndex(), value);
        }
    }
}
