package io.github.eventgateway.handler;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.kafka.Located;
import io.github.eventgateway.kafka.PolledRecord;

/**
 * An event on its way to a handler. As JSON it is the event.
 *
 * @param id the event's id; a handler may see an event twice, and tells it by this
 * @param timestamp when it happened, RFC 3339
 * @param record the record, for a dead letter
 */
public record SelectedEvent(
        String id,
        String type,
        String timestamp,
        ObjectNode data,
        @JsonIgnore PolledRecord record) implements Located {

    @Override
    public String place() {
        return "event " + id + " (" + record.place() + ")";
    }

    static SelectedEvent of(Event event, PolledRecord record) {
        return new SelectedEvent(event.id(), event.type(), event.timestamp().toString(), event.data(), record);
    }
}
