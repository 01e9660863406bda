package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractList;

/** A JSON array in routes, as {@link JsonMembers} is a JSON object. */
final class JsonElements extends AbstractList<Object> {

    private final JsonNode array;

    JsonElements(JsonNode array) {
        this.array = array;
    }

    @Override
    public Object get(int index) {
        if (index < 0 || index >= array.size()) {
            throw new IndexOutOfBoundsException(index);
        }
        return JsonMembers.value(array.get(index));
    }

    @Override
    public int size() {
        return array.size();
    }

    /** Returns the JSON. */
    @Override
    public String toString() {
        return array.toString();
    }
}
