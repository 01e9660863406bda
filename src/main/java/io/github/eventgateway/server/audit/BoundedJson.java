package io.github.eventgateway.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.database.ColumnText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Ids, filters and counts as JSON that always fits its column. */
final class BoundedJson {

    static final String EMPTY = "{}";

    /** The value in the chain that replaces a personal detail. */
    static final String PERSONAL = "<personal>";

    /** Values under these names, such as times, limits and types, are about a person only if they have another form. */
    private static final Set<String> IMPERSONAL = Set.of(
            "action", "after", "anchor", "bucket", "by", "dry_run", "format", "from", "group", "level", "limit", "max",
            "outcome", "rate", "reason", "status", "to", "topic", "type");

    /** Other names of filters. A caller can write any name into a body, so any further name may be about a person too. */
    private static final Set<String> KNOWN = Set.of("cause", "origin");

    /** The name of the names and values that are unknown. */
    private static final String OTHER = "other";

    /** The consumer group that gets the records of a replay, in a body. */
    private static final String GROUP = "group";

    /** A caller can write the id of a user under any name. Ids of types, topics and groups with digits are rare. */
    private static final Pattern IMPERSONAL_VALUE = Pattern.compile("[A-Za-z_./{} -]{0,128}"
            + "|-?\\d{1,7}"
            + "|\\d{4}-\\d\\d-\\d\\d([Tt][\\d:.]{5,18}([Zz]|[+-]\\d\\d:\\d\\d))?");

    private static final String OF_FILTER = "filter.";

    private static final Pattern UUID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** The user to erase, in a body. */
    private static final String USER = "user_id";

    private static final int LONGEST = 4000;
    private static final int LONGEST_VALUE = 256;
    private static final int LONGEST_NAME = 32;
    private static final int MOST = 32;

    private static final ObjectMapper JSON = new ObjectMapper();

    private BoundedJson() {}

    /** Returns the values as JSON. If it is too long, all texts are cut, but none is omitted. */
    static String of(Map<String, ?> values) {
        if (values.isEmpty()) {
            return EMPTY;
        }
        for (int longest = LONGEST_VALUE; longest > 1; longest /= 2) {
            String json = json(values, longest);
            if (json.length() <= LONGEST) {
                return json;
            }
        }
        return "{\"too_long\":true}";
    }

    /**
     * The target of a request.
     *
     * @param json the JSON for the chain
     * @param personal the values that {@link #PERSONAL} replaces, by name; null without any
     */
    record Target(String json, String personal) {}

    /**
     * Returns the target of a request: the variables of the path, the parameters of the query, and the filter, group, numbers
     * and flags of the body as the route parses it. Other texts and objects are content, and are omitted. A name in the
     * body cannot replace a variable or parameter. Unknown names in it become one personal detail. So does a variable, except
     * for the UUID of a changed object: the chain alone must tell which object somebody changed.
     *
     * @param changes whether the call changes something
     * @param kept returns the value of a parameter, filter, number or flag as it may be kept, by its name
     */
    static Target target(
            boolean changes,
            Map<String, String> variables,
            Map<String, String> parameters,
            byte[] body,
            BinaryOperator<String> kept) {
        Map<String, Object> target = new LinkedHashMap<>(variables);
        Set<String> clear = variables.entrySet().stream()
                .filter(variable -> changes && UUID.matcher(variable.getValue()).matches())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        StringBuilder other = new StringBuilder();
        parameters.forEach((name, value) -> target.putIfAbsent(name, kept.apply(name, value)));
        if (body.length > 0) {
            addBody(body, target, other, kept);
        }
        if (!other.isEmpty()) {
            target.put(OTHER, other.toString());
        }
        Map<String, Object> personal = new LinkedHashMap<>();
        target.forEach((name, value) -> {
            if (!clear.contains(name)
                    && (isPersonal(name)
                            || !IMPERSONAL_VALUE.matcher(String.valueOf(value)).matches())) {
                personal.put(name, value);
            }
        });
        personal.keySet().forEach(name -> target.put(name, PERSONAL));
        return new Target(of(target), personal.isEmpty() ? null : of(personal));
    }

    private static void add(String name, String value, Map<String, Object> target, StringBuilder other) {
        if (target.containsKey(name) || isKnown(name)) {
            target.putIfAbsent(name, value);
        } else if (other.length() < LONGEST_VALUE) {
            other.append(other.isEmpty() ? "" : " ")
                    .append(ColumnText.of(name, LONGEST_VALUE))
                    .append('=')
                    .append(ColumnText.of(value, LONGEST_VALUE));
        }
    }

    private static boolean isKnown(String name) {
        return !isPersonal(name) || KNOWN.contains(withoutPrefix(name));
    }

    /** Returns whether the value under this name may be about a person. */
    static boolean isPersonal(String name) {
        return !IMPERSONAL.contains(withoutPrefix(name));
    }

    private static String withoutPrefix(String name) {
        return name.startsWith(OF_FILTER) ? name.substring(OF_FILTER.length()) : name;
    }

    private static void addBody(
            byte[] body, Map<String, Object> target, StringBuilder other, BinaryOperator<String> kept) {
        JsonNode json;
        try {
            json = StrictJson.parse(body);
        } catch (GatewayException e) {
            // The route refuses it.
            return;
        }
        json.path("filter").properties().stream()
                .filter(entry -> entry.getValue().isValueNode())
                .forEach(entry -> add(OF_FILTER + entry.getKey(), value(entry, kept), target, other));
        json.properties().stream()
                .filter(entry -> entry.getValue().isNumber()
                        || entry.getValue().isBoolean()
                        || entry.getKey().equals(GROUP) && entry.getValue().isTextual())
                .filter(entry -> !entry.getKey().equals(USER))
                .forEach(entry -> add(entry.getKey(), value(entry, kept), target, other));
    }

    private static String value(Map.Entry<String, JsonNode> entry, BinaryOperator<String> kept) {
        return kept.apply(entry.getKey(), entry.getValue().asText());
    }

    private static String json(Map<String, ?> values, int longest) {
        Map<String, Object> cut = new LinkedHashMap<>();
        values.entrySet().stream().limit(MOST).forEach(entry -> {
            Object value = entry.getValue();
            cut.put(
                    ColumnText.of(entry.getKey(), LONGEST_NAME),
                    value instanceof Number || value instanceof Boolean
                            ? value
                            : ColumnText.of(String.valueOf(value), longest));
        });
        try {
            return JSON.writeValueAsString(cut);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts and numbers cannot be written as JSON", e);
        }
    }
}
