package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.eventgateway.api.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.camel.Converter;
import org.apache.camel.TypeConverters;
import org.springframework.stereotype.Component;

/** Camel type converters, so that a route says {@code convertBodyTo} and no route handles maps of maps. */
@Component
public class EventConverters implements TypeConverters {

    private static final int USUAL_SIZE = 512;

    private final EventReader reader;

    EventConverters(EventReader reader) {
        this.reader = reader;
    }

    /** A request's body as an event; {@link io.github.eventgateway.api.GatewayException} where it is none. */
    @Converter
    public Event toEvent(byte[] body) {
        return reader.read(body);
    }

    /** The event, complete, as compact JSON: the value of its Kafka record. */
    @Converter
    public static byte[] toBytes(Event event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (JsonGenerator json = StrictJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", event.id());
            json.writeStringField("type", event.type());
            json.writeStringField("timestamp", event.timestamp().toString());
            json.writeFieldName("data");
            StrictJson.MAPPER.writeTree(json, event.data());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
