package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the changes of a JSON document, each with its place in the new one. */
final class SchemaChanges {

    private static final int LONGEST_VALUE = 60;

    private final List<Change> changes = new ArrayList<>();

    private SchemaChanges() {}

    /**
     * One change.
     *
     * @param pointer its present or former place
     */
    record Change(String pointer, String message) {

        /** Returns whether one of the places contains the other, or both are equal. */
        boolean concerns(String other) {
            return (pointer + "/").startsWith(other + "/") || (other + "/").startsWith(pointer + "/");
        }
    }

    static List<Change> between(JsonNode before, JsonNode now) {
        SchemaChanges found = new SchemaChanges();
        found.compare("", before, now);
        return found.changes;
    }

    private void compare(String pointer, JsonNode before, JsonNode now) {
        if (before.equals(now)) {
            return;
        }
        if (before.isObject() && now.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            now.fieldNames().forEachRemaining(names::add);
            before.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(pointer + "/" + StrictJson.escaped(name), before.path(name), now.path(name)));
        } else if (before.isArray()
                && before.size() == now.size()
                && now.path(0).isObject()) {
            for (int i = 0; i < now.size(); i++) {
                compare(pointer + "/" + i, before.get(i), now.get(i));
            }
        } else {
            changes.add(new Change(pointer, message(pointer, before, now)));
        }
    }

    private static String message(String pointer, JsonNode before, JsonNode now) {
        String name = pointer.isEmpty() ? "the schema" : pointer.substring(1);
        if (before.isMissingNode()) {
            return name + " is new";
        }
        if (now.isMissingNode()) {
            return name + " is gone";
        }
        boolean isShort = before.toString().length() + now.toString().length() < LONGEST_VALUE;
        return isShort ? name + " is " + now + " and was " + before : name + " has changed";
    }
}
