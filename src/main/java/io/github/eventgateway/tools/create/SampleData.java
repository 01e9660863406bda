package io.github.eventgateway.tools.create;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;

/** Creates sample data for the schema of an event type. It considers types, enums, lengths and the usual formats. */
final class SampleData {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private SampleData() {}

    /** Returns an event with sample data as JSON, for a text block in Java. */
    static String event(String type, JsonNode schema) throws JsonProcessingException {
        ObjectNode event = JSON.objectNode();
        event.put("id", type + "-1").put("type", type).set("data", of(schema));
        return StrictJson.MAPPER.writeValueAsString(event).replace("\\", "\\\\");
    }

    static JsonNode of(JsonNode schema) {
        if (schema.has("const")) {
            return schema.get("const");
        }
        for (String known : new String[] {"default", "examples", "enum"}) {
            if (schema.has(known)) {
                return known.equals("default")
                        ? schema.get(known)
                        : schema.get(known).path(0);
            }
        }
        for (String alternatives : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (schema.has(alternatives) && schema.isObject()) {
                ObjectNode first = schema.deepCopy();
                first.remove(alternatives);
                first.setAll((ObjectNode) schema.path(alternatives).path(0).deepCopy());
                return of(first);
            }
        }
        return switch (schema.path("type").asText(schema.has("properties") ? "object" : "string")) {
            case "object" -> object(schema);
            case "integer", "number" -> JSON.numberNode(schema.path("minimum").asLong(1));
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> JSON.arrayNode();
            case "null" -> JSON.nullNode();
            default -> JSON.textNode(text(schema));
        };
    }

    private static ObjectNode object(JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        schema.path("required")
                .forEach(name -> object.set(
                        name.textValue(), of(schema.path("properties").path(name.textValue()))));
        return object;
    }

    private static String text(JsonNode schema) {
        return switch (schema.path("format").asText()) {
            case "ipv4" -> "10.0.0.1";
            case "ipv6" -> "2001:db8::1";
            case "date-time" -> "2026-01-31T12:00:00Z";
            case "date" -> "2026-01-31";
            case "email" -> "ann@example.org";
            case "uuid" -> "01a2095d-5535-7e2b-9613-4acef2510b46";
            case "uri" -> "https://example.org/";
            default -> "x".repeat(Math.max(1, schema.path("minLength").asInt(1)));
        };
    }
}
