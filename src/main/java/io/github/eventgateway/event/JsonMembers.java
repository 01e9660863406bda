package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object as routes see it: its members by their names; null where one is not there. A text is a {@code String}, a
 * number is as exact as it came, an object is a map and an array a list. As text it is the JSON. Read-only.
 */
public class JsonMembers extends AbstractMap<String, Object> {

    private final ObjectNode object;

    /** @param object is not copied, and must not change any more */
    protected JsonMembers(ObjectNode object) {
        this.object = object;
    }

    /** The value as routes see it; null for null and for what is not there. */
    public static Object value(JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return null;
        }
        if (node instanceof ObjectNode object) {
            return new JsonMembers(object);
        }
        if (node.isArray()) {
            return new JsonElements(node);
        }
        if (node.isNumber()) {
            return node.numberValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }

    @Override
    public Object get(Object name) {
        return name instanceof String text ? value(object.get(text)) : null;
    }

    @Override
    public boolean containsKey(Object name) {
        return name instanceof String text && object.has(text);
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {

            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return object.properties().stream()
                        .map(member -> (Map.Entry<String, Object>)
                                new SimpleImmutableEntry<String, Object>(member.getKey(), value(member.getValue())))
                        .iterator();
            }

            @Override
            public int size() {
                return object.size();
            }
        };
    }

    /** The JSON. */
    @Override
    public String toString() {
        return object.toString();
    }
}
