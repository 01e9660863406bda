package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.SchemaDialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * An edit of a schema.
 *
 * @param name the description of the edit
 * @param before the schema before
 * @param now the schema after it
 * @param record a record that is valid by the earlier schema
 */
record SchemaEdit(String name, String before, String now, String record) {

    /** A record with every field. */
    static final String FULL = """
            {"order_id": "o-1", "amount": 0, "count": 3, "status": "sent", "channel": "web", "note": "A note",
             "code": "AB", "at": "2026-01-01T00:00:00Z", "mail": "nobody", "tags": ["a", "a", "b", "c", "d", "twelve chars"],
             "address": {"city": "Zürich", "zip": "8000"}, "user": "a user whose name has more than 32 letters",
             "payment": {"kind": "bank", "iban": "CH9300762011623"}}""";

    /** An open object that contains closed ones. */
    static final String BASE = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "required": ["order_id", "amount"],
              "properties": {
                "order_id": { "type": "string", "minLength": 1, "maxLength": 64 },
                "amount": { "type": "number", "minimum": 0, "maximum": 1000000 },
                "count": { "type": ["integer", "null"], "minimum": 0 },
                "status": { "enum": ["open", "paid", "sent"], "default": "open" },
                "channel": { "const": "web" },
                "note": { "type": "string" },
                "code": { "type": "string", "pattern": "^[A-Z]+$" },
                "at": { "type": "string", "format": "date-time" },
                "mail": { "type": "string" },
                "tags": { "type": "array", "items": { "type": "string", "maxLength": 20 }, "maxItems": 10 },
                "address": { "$ref": "#/$defs/address" },
                "user": {
                  "anyOf": [
                    { "type": "integer", "minimum": 1 },
                    { "type": "string", "minLength": 1, "maxLength": 64 }
                  ]
                },
                "payment": {
                  "oneOf": [
                    {
                      "type": "object",
                      "required": ["kind", "iban"],
                      "properties": { "kind": { "const": "bank" }, "iban": { "type": "string", "minLength": 15 } }
                    },
                    {
                      "type": "object",
                      "required": ["kind"],
                      "properties": { "kind": { "const": "card" }, "number": { "type": "string" } }
                    }
                  ]
                }
              },
              "dependentRequired": { "note": ["mail"] },
              "if": { "required": ["status"], "properties": { "status": { "const": "paid" } } },
              "then": { "required": ["payment"] },
              "$defs": {
                "address": {
                  "type": "object",
                  "required": ["city"],
                  "properties": { "city": { "type": "string" }, "zip": { "type": "string", "maxLength": 10 } },
                  "additionalProperties": false
                }
              }
            }
            """;

    /** Returns an edit of {@link #BASE} that replaces one text by another, with a record that has every field. */
    static SchemaEdit of(String name, String from, String to) {
        return of(name, from, to, FULL);
    }

    static SchemaEdit of(String name, String from, String to, String record) {
        return new SchemaEdit(name, BASE, replaced(BASE, from, to), record);
    }

    /** Returns the edit followed by another one of the same schema. */
    SchemaEdit andThen(String from, String to) {
        return new SchemaEdit(name, before, replaced(now, from, to), record);
    }

    static String replaced(String text, String from, String to) {
        if (!text.contains(from)) {
            throw new IllegalArgumentException("There is no " + from);
        }
        return text.replace(from, to);
    }

    List<SchemaGap> gaps() {
        return SchemaEvolution.gaps(document(before), document(now));
    }

    static SchemaDocument document(String schema) {
        return SchemaEvolution.document(schema.getBytes(StandardCharsets.UTF_8), Path.of("a.schema.json"))
                .orElseThrow();
    }

    /** Returns whether the gateway accepts a record after it fills in the missing fields. */
    static boolean takes(String schema, JsonNode record) {
        JsonNode tree = json(schema);
        return SchemaDialect.compile(tree).validate(filled(tree, record)).isEmpty();
    }

    /** Returns the record with the defaults of the schema for missing fields. */
    static JsonNode filled(JsonNode schema, JsonNode record) {
        JsonNode filled = record.deepCopy();
        if (filled instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                if (property.getValue().has("default") && !object.has(property.getKey())) {
                    object.set(property.getKey(), property.getValue().get("default"));
                }
            });
        }
        return filled;
    }

    static JsonNode json(String text) {
        try {
            return StrictJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
