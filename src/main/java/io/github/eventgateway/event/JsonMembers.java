package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object in routes: a read-only map of its members. A missing member is null. A text is a {@code String}, a
 * number keeps its exact value, an object is a map and an array is a list. {@code toString} returns the JSON.
 */
public class JsonMembers extends AbstractMap<String, Object> {

    private final ObjectNode object;

    /**
     * @param object is not copied and must not change any more
     */
    protected JsonMembers(ObjectNode object) {
        this.object = object;
    }

    /** Returns the value in the form for routes; null for JSON null and for a missing member. */
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

    /** Returns the JSON. */
    @Override
    public String toString() {
        return object.toString();
    }
}
