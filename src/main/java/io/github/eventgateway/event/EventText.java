package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.event.Violations.Place;
import java.util.Map;

/** Checks the texts of an event: names and values. */
final class EventText {

    private EventText() {}

    /** Databases cannot store U+0000 in text, and UTF-8 cannot encode half of a surrogate pair. */
    static void check(JsonNode node, Place place, Violations violations) {
        if (violations.isFull()) {
            return;
        }
        if (node.isTextual()) {
            checkString(node.textValue(), place, violations);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                JsonNode value = node.get(i);
                if (value.isTextual() || value.isContainerNode()) {
                    check(value, place.element(i), violations);
                }
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                checkString(field.getKey(), place, violations);
                JsonNode value = field.getValue();
                if (value.isTextual() || value.isContainerNode()) {
                    check(value, place.member(field.getKey()), violations);
                }
            }
        }
    }

    private static void checkString(String text, Place place, Violations violations) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                violations.add(place.toString(), "must not contain the character U+0000");
                return;
            }
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    violations.add(place.toString(), "must not contain half a surrogate pair");
                    return;
                }
            }
        }
    }
}
