package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Generates small object schemas, edits of them, and objects that may be valid or not. */
final class RandomSchemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final List<String> TYPES =
            List.of("string", "integer", "number", "boolean", "null", "object", "array");
    private static final List<String> KEYWORDS = List.of(
            "type",
            "type",
            "types",
            "enum",
            "const",
            "minimum",
            "exclusiveMaximum",
            "multipleOf",
            "maxLength",
            "pattern",
            "minItems",
            "uniqueItems",
            "items",
            "prefixItems",
            "contains",
            "required",
            "properties",
            "properties",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "maxProperties",
            "propertyNames",
            "dependentRequired",
            "dependentSchemas",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
            "if",
            "default",
            "$ref",
            "unevaluatedProperties");

    private static final String DEFINITION = "defined";

    private final Random random;

    RandomSchemas(Random random) {
        this.random = random;
    }

    JsonNode schema() {
        ObjectNode schema = object(2);
        schema.put("type", "object");
        schema.putObject("$defs").set(DEFINITION, object(1));
        return schema;
    }

    /** Returns the schema with one to three keywords added, changed or removed at any place. */
    JsonNode edited(JsonNode schema) {
        JsonNode edited = schema.deepCopy();
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<ObjectNode> all = new ArrayList<>();
            collect(edited, all);
            ObjectNode one = all.get(random.nextInt(all.size()));
            List<String> keywords = new ArrayList<>();
            one.fieldNames().forEachRemaining(keywords::add);
            keywords.remove("$defs");
            if (!keywords.isEmpty() && random.nextInt(3) > 0) {
                one.remove(keywords.get(random.nextInt(keywords.size())));
            } else {
                add(one, 1);
            }
        }
        return edited;
    }

    private static void collect(JsonNode node, List<ObjectNode> all) {
        if (node instanceof ObjectNode object) {
            all.add(object);
        }
        node.forEach(below -> collect(below, all));
        all.removeIf(object -> Stream.of("a", "b", "c", "^[ab]", DEFINITION).anyMatch(object::has));
    }

    private ObjectNode object(int depth) {
        ObjectNode schema = JSON.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            add(schema, depth);
        }
        return schema;
    }

    private JsonNode below(int depth) {
        int kind = random.nextInt(8);
        if (kind == 0) {
            return JSON.booleanNode(random.nextBoolean());
        }
        ObjectNode schema = object(depth - 1);
        if (kind == 1) {
            addReference(schema, depth);
        }
        return schema;
    }

    private void add(ObjectNode schema, int depth) {
        String keyword = KEYWORDS.get(random.nextInt(KEYWORDS.size()));
        switch (keyword) {
            case "type" -> schema.put(keyword, one(TYPES));
            case "types" -> schema.putArray("type").add("string").add(random.nextBoolean() ? "integer" : "object");
            case "enum" ->
                schema.putArray(keyword).add("x").add(random.nextInt(3)).add(random.nextBoolean());
            case "const" -> schema.put(keyword, random.nextInt(3));
            case "minimum", "exclusiveMaximum", "maxLength", "minItems", "minProperties", "maxProperties" ->
                schema.put(keyword, random.nextInt(4));
            case "multipleOf" -> schema.put(keyword, 1 + random.nextInt(4));
            case "pattern" -> schema.put(keyword, random.nextBoolean() ? "^x" : "y$");
            case "uniqueItems" -> schema.put(keyword, true);
            case "default" -> schema.put(keyword, random.nextInt(3));
            case "$ref" -> addReference(schema, depth);
            case "required" -> schema.putArray(keyword).add(one(NAMES));
            case "dependentRequired" ->
                schema.putObject(keyword).putArray(one(NAMES)).add(one(NAMES));
            default -> addSchemas(schema, keyword, depth);
        }
    }

    /** The definition itself has no reference, because it would be endless. */
    private void addReference(ObjectNode schema, int depth) {
        if (depth == 2) {
            schema.put("$ref", "#/$defs/" + DEFINITION);
        }
    }

    private void addSchemas(ObjectNode schema, String keyword, int depth) {
        if (depth == 0) {
            return;
        }
        switch (keyword) {
            case "properties", "dependentSchemas" -> {
                ObjectNode map = schema.putObject(keyword);
                map.set(one(NAMES), below(depth));
                map.set(one(NAMES), below(depth));
            }
            case "patternProperties" -> schema.putObject(keyword).set("^[ab]", below(depth));
            case "anyOf", "oneOf", "allOf", "prefixItems" -> {
                ArrayNode list = schema.putArray(keyword);
                list.add(below(depth)).add(below(depth));
            }
            case "if" -> {
                schema.set("if", below(depth));
                schema.set("then", below(depth));
                schema.set("else", below(depth));
            }
            default -> schema.set(keyword, below(depth));
        }
    }

    private String one(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Returns objects with some of the members that schemas name. */
    List<JsonNode> values() {
        List<JsonNode> values = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ObjectNode object = JSON.objectNode();
            for (String name : List.of("a", "b", "c", "d")) {
                if (random.nextBoolean()) {
                    object.set(name, value(2));
                }
            }
            values.add(object);
        }
        return values;
    }

    private JsonNode value(int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt(6) - 1);
            case 3 -> JSON.numberNode(random.nextInt(8) / 2.0);
            case 4 -> JSON.textNode(one(List.of("", "x", "xy", "zzy", "zzzz")));
            case 5 -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    object.set(one(NAMES), value(depth - 1));
                }
                yield object;
            }
        };
    }
}
