package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.Folding;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** A stored event for the listeners. Parts that several of them need are created once, by the first one. Any thread. */
final class StreamedEvent {

    private final StreamPosition position;
    private final Map<String, Object> row;
    private final ObjectMapper json;
    private volatile byte[] message;
    private volatile String folded;

    /**
     * @param position the position of the event
     */
    StreamedEvent(StreamPosition position, Map<String, Object> row, ObjectMapper json) {
        this.position = position;
        this.row = row;
        this.json = json;
    }

    StreamPosition position() {
        return position;
    }

    /** Returns the text in this column; null if it is empty. */
    String text(String column) {
        return (String) row.get(column);
    }

    Instant occurredAt() {
        return ColumnTime.of(row.get("occurred_at"));
    }

    /** Returns the JSON in lower case, to compare without regard to case. */
    String folded() {
        String known = folded;
        if (known == null) {
            known = Folding.fold(text("payload"));
            folded = known;
        }
        return known;
    }

    /** Returns the event as a message whose id is the position after it. Its JSON has no line breaks. */
    byte[] message() {
        byte[] known = message;
        if (known == null) {
            known = ("id: " + position.next().encode() + "\ndata: " + toJson() + "\n\n")
                    .getBytes(StandardCharsets.UTF_8);
            message = known;
        }
        return known;
    }

    private String toJson() {
        try {
            return json.writeValueAsString(EventItem.of(row, json.getFactory()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
