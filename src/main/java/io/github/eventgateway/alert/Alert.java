package io.github.eventgateway.alert;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.Scalars;
import io.github.eventgateway.kafka.Located;
import io.github.eventgateway.kafka.PolledRecord;

/**
 * What the webhook gets: a system error, in short form.
 *
 * @param id the event's id; the webhook may see an alert twice, and tells it by this
 * @param record the record, for a dead letter
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Alert(
        String id,
        String type,
        String timestamp,
        String service,
        String level,
        String error,
        JsonNode details,
        @JsonIgnore PolledRecord record)
        implements Located {

    @Override
    public String place() {
        return "event " + id + " (" + record.place() + ")";
    }

    static Alert of(Event event, PolledRecord record) {
        return new Alert(
                event.id(),
                event.type(),
                event.timestamp().toString(),
                Scalars.text(event.data().get("service")),
                Scalars.text(event.data().get("level")),
                Scalars.text(event.data().get("error")),
                event.data().get("details"),
                record);
    }
}
