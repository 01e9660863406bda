package io.github.eventgateway.handle;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What the webhook gets: a system error, in short form.
 *
 * @param id the event's id; the webhook may see an alert twice, and tells it by this
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Alert(
        String id, String type, String timestamp, String service, String level, String error, Object details) {

    static Alert of(SelectedEvent event) {
        return new Alert(
                event.id(),
                event.type(),
                event.timestamp(),
                text(event, "service"),
                text(event, "level"),
                text(event, "error"),
                event.data().get("details"));
    }

    private static String text(SelectedEvent event, String field) {
        Object value = event.data().get(field);
        return value == null ? null : value.toString();
    }
}
