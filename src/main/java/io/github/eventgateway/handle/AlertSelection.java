package io.github.eventgateway.handle;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.deadletter.ConsumedEvents;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.Scalars;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/** Picks what is worth an alert out of a batch, and makes dead letters of alerts that nobody takes. */
@Component("alertSelection")
public class AlertSelection {

    private static final String TYPE = "system_error";
    private static final Set<String> LEVELS = Set.of("error", "fatal");

    private final ConsumedEvents events;

    AlertSelection(ConsumedEvents events) {
        this.events = events;
    }

    /**
     * The system errors of level error or fatal, in the batch's order. A record that cannot be read is passed over: the
     * store group dead-letters it. For the poll thread.
     *
     * @param group the consumer group; records that are replayed for another one are passed over
     */
    public List<SelectedEvent> select(PolledBatch batch, String group) {
        List<SelectedEvent> alerts = new ArrayList<>();
        for (PolledRecord record : batch.records()) {
            if (events.concerns(record, group)) {
                select(record, alerts);
            }
        }
        return alerts;
    }

    private void select(PolledRecord record, List<SelectedEvent> alerts) {
        try {
            Event event = events.read(record);
            if (TYPE.equals(event.type())
                    && LEVELS.contains(Scalars.text(event.data().get("level")))) {
                alerts.add(SelectedEvent.of(event, record));
            }
        } catch (GatewayException e) {
            // the store group's business
        }
    }

    /** The alert as a dead letter, with what the webhook answered but nothing of what it said. Any thread. */
    public List<RejectedRecord> reject(
            SelectedEvent alert, Exception failure, String group, String route, int redeliveries) {
        return List.of(RejectedRecord.of(
                alert.record(), "HANDLER_FAILED", failure, message(failure), group, route, 1 + redeliveries));
    }

    private static String message(Exception failure) {
        if (failure instanceof HttpOperationFailedException http) {
            return "the webhook answered " + http.getStatusCode();
        }
        return failure instanceof WebhookException ? "the webhook gave no answer" : "a step of the handler failed";
    }

    /**
     * Commits up to the record of this alert, and no record after it: it is dead-lettered, and must not be handled when the
     * batch is read again. For the poll thread.
     *
     * @throws org.apache.kafka.common.KafkaException where the commit failed
     */
    public void commit(PolledBatch batch, SelectedEvent alert) {
        batch.commitUpTo(alert.record());
    }
}
