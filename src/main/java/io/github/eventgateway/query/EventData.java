package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.time.Instant;

/**
 * The data in the JSON of a stored event. It is copied into an answer token by token, because a tree would need a
 * multiple of its memory.
 *
 * @param event the complete event
 * @param json parses it
 */
record EventData(String event, JsonFactory json) implements JsonSerializable {

    /** Returns when the event happened. The column of the event has it only to the microsecond. */
    Instant timestamp() {
        try (JsonParser parser = at("timestamp")) {
            return Instant.parse(parser.getText());
        } catch (IOException e) {
            throw new IllegalStateException("A stored event is not valid JSON", e);
        }
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider serializers) throws IOException {
        try (JsonParser parser = at("data")) {
            generator.copyCurrentStructureExact(parser);
        }
    }

    @Override
    public void serializeWithType(JsonGenerator generator, SerializerProvider serializers, TypeSerializer types)
            throws IOException {
        serialize(generator, serializers);
    }

    /** Returns a parser at the value of this member. */
    private JsonParser at(String member) throws IOException {
        JsonParser parser = json.createParser(event);
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals(member);
            parser.nextToken();
            if (found) {
                return parser;
            }
            parser.skipChildren();
        }
        throw new IOException("The stored event has no " + member);
    }
}
