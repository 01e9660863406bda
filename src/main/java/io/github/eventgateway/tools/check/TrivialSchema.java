package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Finds schemas that visibly accept no value or any value, without looking at their references. */
final class TrivialSchema {

    private static final List<String> NEVER = List.of("not", "allOf", "anyOf", "oneOf", "if", "enum");
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$anchor",
            "$defs",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");

    private TrivialSchema() {}

    /** Returns whether a schema visibly rejects everything. */
    static boolean isNever(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue() || never(schema).isPresent();
    }

    /** Returns the keyword by which a schema visibly rejects everything. */
    static Optional<String> never(JsonNode schema) {
        return NEVER.stream()
                .filter(keyword -> schema.has(keyword) && isNever(schema, keyword, schema.get(keyword)))
                .findFirst();
    }

    private static boolean isNever(JsonNode schema, String keyword, JsonNode value) {
        return switch (keyword) {
            case "not" -> isAnything(value);
            case "allOf" -> all(value).anyMatch(TrivialSchema::isNever);
            case "anyOf" -> !value.isEmpty() && all(value).allMatch(TrivialSchema::isNever);
            case "oneOf" ->
                !value.isEmpty()
                        && (all(value).allMatch(TrivialSchema::isNever)
                                || all(value).filter(TrivialSchema::isAnything).count() > 1
                                || all(value)
                                        .allMatch(one ->
                                                all(value).filter(one::equals).count() > 1));
            case "if" ->
                (isNever(value) || schema.has("then") && isNever(schema.get("then")))
                        && (isAnything(value) || schema.has("else") && isNever(schema.get("else")));
            default -> value.isArray() && value.isEmpty();
        };
    }

    private static Stream<JsonNode> all(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** Returns whether a schema visibly accepts everything. */
    static boolean isAnything(JsonNode schema) {
        if (schema.isBoolean()) {
            return schema.booleanValue();
        }
        return schema.isObject()
                && schema.properties().stream()
                        .allMatch(entry -> ANNOTATIONS.contains(entry.getKey())
                                || entry.getKey().equals("not") && isNever(entry.getValue()));
    }

    /** Returns whether a schema only forbids: it has no keyword besides the one that rejects everything. */
    static boolean isProhibition(JsonNode schema) {
        return schema.isBoolean()
                || schema.properties().stream()
                        .allMatch(entry -> ANNOTATIONS.contains(entry.getKey())
                                || entry.getKey().equals("not"));
    }
}
