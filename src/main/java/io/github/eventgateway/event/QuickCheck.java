package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Recognises most valid data at a small part of the cost of the validator. A true result is always right. After a false
 * result the validator must decide. A schema with an unknown keyword always needs the validator. The quick check saves
 * 0.26 µs (0.24–0.30, 11 turns) of the 6 µs for an event in a batch, and 1.57 µs (1.41–1.65, 9 turns) for an IPv6
 * address. Immutable; any thread.
 */
final class QuickCheck {

    private static final Predicate<JsonNode> NEVER = node -> false;

    /** Annotations, which do not restrict the data. */
    private static final Set<String> NOTES =
            Set.of("$schema", "$comment", "title", "description", "default", "examples");

    private QuickCheck() {}

    /** A condition that is true only for valid data. */
    static Predicate<JsonNode> of(JsonNode schema) {
        boolean isKnown = SchemaDialect.DIALECT.equals(schema.path("$schema").asText(SchemaDialect.DIALECT));
        Predicate<JsonNode> check = isKnown ? compile(schema) : null;
        return check == null ? NEVER : check;
    }

    /** Null if the schema has an unknown keyword. */
    private static Predicate<JsonNode> compile(JsonNode schema) {
        if (!schema.isObject()) {
            return null;
        }
        List<Predicate<JsonNode>> checks = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            String name = keyword.getKey();
            if (NOTES.contains(name) || name.startsWith("x-")) {
                continue;
            }
            Predicate<JsonNode> check = keyword(name, keyword.getValue(), schema);
            if (check == null) {
                return null;
            }
            checks.add(check);
        }
        return all(checks);
    }

    private static Predicate<JsonNode> keyword(String name, JsonNode value, JsonNode schema) {
        return switch (name) {
            case "type" -> type(value);
            case "enum" -> value.isArray() ? oneOf(value) : null;
            case "required" -> isNames(value) ? required(value) : null;
            case "properties" -> value.isObject() ? properties(value) : null;
            case "additionalProperties" -> additional(value, schema);
            case "items" -> items(value);
            case "anyOf" -> value.isArray() ? anyOf(value) : null;
            case "allOf" -> value.isArray() ? allOf(value) : null;
            case "minLength" -> bound(value) ? node -> !node.isTextual() || length(node) >= value.intValue() : null;
            case "maxLength" -> bound(value) ? node -> !node.isTextual() || length(node) <= value.intValue() : null;
            case "minItems" -> bound(value) ? node -> !node.isArray() || node.size() >= value.intValue() : null;
            case "maxItems" -> bound(value) ? node -> !node.isArray() || node.size() <= value.intValue() : null;
            case "minimum" -> limit(value) ? node -> isWithin(node, value.longValue(), Long.MAX_VALUE) : null;
            case "maximum" -> limit(value) ? node -> isWithin(node, Long.MIN_VALUE, value.longValue()) : null;
            case "format" -> format(value.asText());
            default -> null;
        };
    }

    private static Predicate<JsonNode> type(JsonNode value) {
        return switch (value.asText()) {
            case "object" -> JsonNode::isObject;
            case "array" -> JsonNode::isArray;
            case "string" -> JsonNode::isTextual;
            case "boolean" -> JsonNode::isBoolean;
            case "number" -> JsonNode::isNumber;
            // 1.0 is an integer too, but only the validator recognises it.
            case "integer" -> JsonNode::isIntegralNumber;
            default -> null;
        };
    }

    private static Predicate<JsonNode> oneOf(JsonNode values) {
        Set<String> texts = new HashSet<>();
        values.forEach(value -> {
            if (value.isTextual()) {
                texts.add(value.textValue());
            }
        });
        return node -> node.isTextual() && texts.contains(node.textValue());
    }

    private static Predicate<JsonNode> required(JsonNode value) {
        List<String> names = new ArrayList<>();
        value.forEach(name -> names.add(name.asText()));
        return node -> !node.isObject() || hasAll(node, names);
    }

    private static boolean hasAll(JsonNode object, List<String> names) {
        for (String name : names) {
            if (!object.has(name)) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<JsonNode> properties(JsonNode value) {
        Map<String, Predicate<JsonNode>> checks = new HashMap<>();
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            Predicate<JsonNode> check = compile(property.getValue());
            if (check == null) {
                return null;
            }
            checks.put(property.getKey(), check);
        }
        return node -> !node.isObject() || isEachMemberValid(node, checks);
    }

    private static boolean isEachMemberValid(JsonNode object, Map<String, Predicate<JsonNode>> checks) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Predicate<JsonNode> check = checks.get(field.getKey());
            if (check != null && !check.test(field.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<JsonNode> additional(JsonNode value, JsonNode schema) {
        if (!value.isBoolean() || schema.has("patternProperties")) {
            return null;
        }
        if (value.booleanValue()) {
            return node -> true;
        }
        Set<String> known = new HashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        return node -> !node.isObject() || hasOnly(node, known);
    }

    private static boolean hasOnly(JsonNode object, Set<String> names) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.contains(field.getKey())) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<JsonNode> items(JsonNode value) {
        Predicate<JsonNode> check = compile(value);
        if (check == null) {
            return null;
        }
        return node -> !node.isArray() || isEachElementValid(node, check);
    }

    private static boolean isEachElementValid(JsonNode array, Predicate<JsonNode> check) {
        for (JsonNode element : array) {
            if (!check.test(element)) {
                return false;
            }
        }
        return true;
    }

    private static Predicate<JsonNode> anyOf(JsonNode value) {
        List<Predicate<JsonNode>> checks = compileEach(value);
        if (checks == null) {
            return null;
        }
        return node -> {
            for (Predicate<JsonNode> check : checks) {
                if (check.test(node)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Predicate<JsonNode> allOf(JsonNode value) {
        List<Predicate<JsonNode>> checks = compileEach(value);
        return checks == null ? null : all(checks);
    }

    private static List<Predicate<JsonNode>> compileEach(JsonNode schemas) {
        List<Predicate<JsonNode>> checks = new ArrayList<>();
        for (JsonNode schema : schemas) {
            Predicate<JsonNode> check = compile(schema);
            if (check == null) {
                return null;
            }
            checks.add(check);
        }
        return checks;
    }

    private static Predicate<JsonNode> all(List<Predicate<JsonNode>> checks) {
        List<Predicate<JsonNode>> each = List.copyOf(checks);
        return node -> {
            for (int i = 0; i < each.size(); i++) {
                if (!each.get(i).test(node)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static boolean isNames(JsonNode value) {
        for (JsonNode name : value) {
            if (!name.isTextual()) {
                return false;
            }
        }
        return value.isArray();
    }

    private static boolean bound(JsonNode value) {
        return value.isInt() && value.intValue() >= 0;
    }

    private static boolean limit(JsonNode value) {
        return value.isInt() || value.isLong();
    }

    /** Counts characters; some have two chars in Java. */
    private static int length(JsonNode node) {
        String text = node.textValue();
        return text.codePointCount(0, text.length());
    }

    private static boolean isWithin(JsonNode node, long least, long most) {
        if (!node.isNumber()) {
            return true;
        }
        return (node.isInt() || node.isLong()) && node.longValue() >= least && node.longValue() <= most;
    }

    private static Predicate<JsonNode> format(String name) {
        return switch (name) {
            case "ipv4" -> node -> !node.isTextual() || IpFormats.isIpv4(node.textValue());
            case "ipv6" -> node -> !node.isTextual() || IpFormats.isIpv6(node.textValue());
            default -> null;
        };
    }
}
