package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.eventgateway.api.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.camel.Converter;
import org.apache.camel.TypeConverters;
import org.springframework.stereotype.Component;

/** Camel type converters for events. With them a route uses {@code convertBodyTo} and never handles maps of maps. */
@Component
public class EventConverters implements TypeConverters {

    private static final int USUAL_SIZE = 512;
    private static final ObjectWriter TREES = StrictJson.MAPPER.writer();

    private final EventReader reader;

    EventConverters(EventReader reader) {
        this.reader = reader;
    }

    /**
     * Converts the body of a request to an event. Throws {@link io.github.eventgateway.api.GatewayException} if the
     * body is not an event.
     */
    @Converter
    public Event toEvent(byte[] body) {
        return reader.read(body);
    }

    /** Converts a complete event to compact JSON, the value of its Kafka record. */
    @Converter
    public static byte[] toBytes(Event event) {
        // The id needs no escapes, but application.yaml may define a type with an unusual name.
        if (event.written() != null && EventIds.isId(event.type())) {
            return joined(event);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (JsonGenerator json = StrictJson.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", event.id());
            json.writeStringField("type", event.type());
            json.writeStringField("timestamp", Timestamps.text(event.timestamp()));
            json.writeFieldName("data");
            TREES.writeValue(json, event.data());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(Event event) {
        String head = "{\"id\":\"" + event.id() + "\",\"type\":\"" + event.type() + "\",\"timestamp\":\""
                + Timestamps.text(event.timestamp()) + "\",\"data\":";
        byte[] data = event.written();
        byte[] all = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + data.length + 1);
        System.arraycopy(data, 0, all, head.length(), data.length);
        all[all.length - 1] = '}';
        return all;
    }
}
