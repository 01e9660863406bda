package io.github.eventgateway.erasure;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Scalars;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/**
 * The fields of events with user ids: {@code user_id} of every type, and the fields of {@code
 * gateway.erasure.user-fields}. Immutable; any thread.
 */
@Component
public class UserFields {

    private static final JsonPointer USER_ID = JsonPointer.compile("/user_id");

    private final Map<String, List<JsonPointer>> others = new HashMap<>();
    private final Set<String> names = new TreeSet<>(Set.of("user_id"));

    /** @throws StartupException if a field is not a JSON Pointer */
    public UserFields(ErasureSettings settings) {
        settings.userFields().forEach((type, fields) -> {
            List<JsonPointer> pointers =
                    fields.stream().map(field -> pointer(type, field)).toList();
            others.put(type, pointers);
            pointers.forEach(one -> names.add(name(one)));
        });
    }

    private static JsonPointer pointer(String type, String field) {
        try {
            JsonPointer pointer = JsonPointer.compile(field);
            if (!pointer.matches()) {
                return pointer;
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new StartupException("gateway.erasure.user-fields." + type + " names '" + field
                + "': write a JSON Pointer into data, such as /operator_id");
    }

    /** Returns the last name in the pointer. An element of a list has the name of the list. */
    private static String name(JsonPointer pointer) {
        JsonPointer at = pointer;
        while (at.last().mayMatchElement() && at.head() != null && !at.head().matches()) {
            at = at.head();
        }
        return at.last().getMatchingProperty();
    }

    /** Returns the user ids in the event, as texts. Each element of a list in such a field is an id. */
    public Set<String> users(String type, JsonNode data) {
        Set<String> users = new HashSet<>();
        add(data, USER_ID, users);
        others.getOrDefault(type, List.of()).forEach(field -> add(data, field, users));
        return users;
    }

    private static void add(JsonNode data, JsonPointer field, Set<String> users) {
        JsonNode value = data.at(field);
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            String text = Scalars.text(one);
            if (text != null) {
                users.add(text);
            }
        }
    }

    /** Returns the types with such fields in addition to {@code user_id}. */
    public Set<String> typesWithOthers() {
        return others.keySet();
    }

    /** Returns the names of all these fields, without their paths. */
    public Set<String> names() {
        return names;
    }

    /** Returns the values that identify a user in events: the id, and its hashes if a type hashes such fields. */
    Set<String> values(String userId, EventCatalogue catalogue) {
        Set<JsonPointer> pointers = new LinkedHashSet<>(Set.of(USER_ID));
        others.values().forEach(pointers::addAll);
        Set<String> values = new LinkedHashSet<>(Set.of(userId));
        for (JsonPointer field : pointers) {
            catalogue.hash(field, userId).ifPresent(values::add);
        }
        return values;
    }
}
