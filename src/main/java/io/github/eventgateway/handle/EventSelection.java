package io.github.eventgateway.handle;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.deadletter.ConsumedEvents;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/** Selects the events of some types from a batch, and makes dead letters of events that a handler gave up. */
@Component("eventSelection")
public class EventSelection {

    private final ConsumedEvents events;

    EventSelection(ConsumedEvents events) {
        this.events = events;
    }

    /**
     * Returns the events of these types in the order of the batch. It skips unreadable records: the store group
     * dead-letters them. For the poll thread.
     *
     * @param types names of event types, separated by commas; empty for all
     * @param group the consumer group; records that are replayed for another group are skipped
     */
    public List<SelectedEvent> select(PolledBatch batch, String types, String group) {
        Set<String> wanted = types.isBlank() ? Set.of() : Set.of(types.strip().split("[,\\s]+"));
        List<SelectedEvent> selected = new ArrayList<>();
        for (PolledRecord record : batch.records()) {
            if (events.concerns(record, group)) {
                select(record, wanted, selected);
            }
        }
        return selected;
    }

    private void select(PolledRecord record, Set<String> wanted, List<SelectedEvent> selected) {
        try {
            Event event = events.read(record);
            if (wanted.isEmpty() || wanted.contains(event.type())) {
                selected.add(SelectedEvent.of(event, record));
            }
        } catch (GatewayException e) {
            // The store group dead-letters it.
        }
    }

    /**
     * Returns the event as a dead letter. It has the status of the webhook's answer, but none of its text. Any thread.
     *
     * @param redeliveries how often the failed step was tried again; null for never
     */
    public List<RejectedRecord> reject(
            SelectedEvent event, Exception failure, String group, String route, Integer redeliveries) {
        int attempts = 1 + (redeliveries == null ? 0 : redeliveries);
        return List.of(
                RejectedRecord.of(event.record(), "HANDLER_FAILED", failure, message(failure), group, route, attempts));
    }

    private static String message(Exception failure) {
        if (failure instanceof HttpOperationFailedException http) {
            return "the webhook answered " + http.getStatusCode();
        }
        return failure instanceof WebhookException ? "the webhook gave no answer" : "a step of the handler failed";
    }
}
