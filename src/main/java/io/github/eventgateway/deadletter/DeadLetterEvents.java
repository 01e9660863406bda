package io.github.eventgateway.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Sha256;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.kafka.PolledRecord;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Reads the event of a dead letter, and the event of its repair. Any thread. */
@Component
class DeadLetterEvents {

    private final EventReader reader;
    private final EventCatalogue catalogue;
    private final DerivedIds ids;
    private final ObjectMapper json;

    DeadLetterEvents(EventReader reader, EventCatalogue catalogue, DerivedIds ids, ObjectMapper json) {
        this.reader = reader;
        this.catalogue = catalogue;
        this.ids = ids;
        this.json = json;
    }

    /** Returns the event of the record that failed; null if it has none. */
    Event original(DeadLetterStates.Row row) {
        try {
            return reader.readRecord(row.value(), () -> ownId(row), PolledRecord.receivedAt(row.timestamp()));
        } catch (GatewayException e) {
            return null;
        }
    }

    /**
     * Returns the repaired event. Without a timestamp it gets the time at which Kafka received the original, so that it
     * is the same event if it is sent twice.
     *
     * @throws GatewayException with the reason of {@code POST /api/events} if it is invalid
     */
    Event repaired(DeadLetterStates.Row row, JsonNode node) {
        try {
            byte[] bytes = json.writeValueAsBytes(node);
            Event event = reader.readRecord(bytes, () -> ownId(row), PolledRecord.receivedAt(row.timestamp()));
            String topic = catalogue.topicOf(event.type()).name();
            if (!topic.equals(row.topic())) {
                throw new GatewayException(
                        Reason.EVENT_INVALID, "/type", "belongs to the topic " + topic + ", not " + row.topic());
            }
            return event;
        } catch (GatewayException e) {
            throw new GatewayException(
                    e.reason(),
                    e.details().stream()
                            .map(violation -> new Violation("/event" + violation.path(), violation.message()))
                            .toList());
        } catch (IOException e) {
            throw new IllegalStateException("A JSON tree cannot be written", e);
        }
    }

    /** Returns the changes of this repair. */
    Repair repair(DeadLetterStates.Row row, Event event) {
        JsonNode before = tree(row.value());
        String hash = row.value() == null ? null : Sha256.hex(row.value());
        return new Repair(
                new Repair.Version(idIn(row), text(before, "type"), hash),
                new Repair.Version(event.id(), event.type(), Sha256.hex(EventConverters.toBytes(event))));
    }

    /** Returns the id that the gateway gives to an event without one. */
    String ownId(DeadLetterStates.Row row) {
        return row.eventId() == null ? ids.ofDeadLetter(row.id()) : row.eventId();
    }

    /**
     * Returns the id in the value of the record, or the id that its event gets without one; null if the value shows
     * neither.
     */
    String idIn(DeadLetterStates.Row row) {
        JsonNode event = tree(row.value());
        if (event == null || !event.isObject()) {
            return null;
        }
        return event.has("id") ? text(event, "id") : ownId(row);
    }

    private static String text(JsonNode event, String name) {
        JsonNode text = event == null ? null : event.get(name);
        return text != null && text.isTextual() ? ColumnText.of(text.textValue(), DeadLetter.LONGEST_NAME) : null;
    }

    private JsonNode tree(byte[] value) {
        try {
            return value == null ? null : json.readTree(value);
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
