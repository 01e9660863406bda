package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.Folding;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * A stored event on its way to those who listen. What several of them need is made once, by the first who does. Any thread.
 */
final class StreamedEvent {

    private final StreamPosition position;
    private final Map<String, Object> row;
    private final ObjectMapper json;
    private volatile byte[] message;
    private volatile String folded;

    /** @param position where it stands */
    StreamedEvent(StreamPosition position, Map<String, Object> row, ObjectMapper json) {
        this.position = position;
        this.row = row;
        this.json = json;
    }

    StreamPosition position() {
        return position;
    }

    /** The text in this column; null if there is none. */
    String text(String column) {
        return (String) row.get(column);
    }

    Instant occurredAt() {
        return ColumnTime.of(row.get("occurred_at"));
    }

    /** Its JSON, without regard to case. */
    String folded() {
        String known = folded;
        if (known == null) {
            known = Folding.fold(text("payload"));
            folded = known;
        }
        return known;
    }

    /** Itself as a message, whose id is the place after it. JSON has no line ends here. */
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
