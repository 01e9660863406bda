package io.github.eventgateway.alert;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.deadletter.Replays;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventIds;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.event.Scalars;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.time.Instant;
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

    private final EventReader reader;

    AlertSelection(EventReader reader) {
        this.reader = reader;
    }

    /**
     * The system errors of level error or fatal, in the batch's order. A record that cannot be read is passed over: the
     * store group dead-letters it. For the poll thread.
     *
     * @param group the consumer group; records that are replayed for another one are passed over
     */
    public List<Alert> select(PolledBatch batch, String group) {
        List<Alert> alerts = new ArrayList<>();
        for (PolledRecord record : batch.records()) {
            if (Replays.isFor(record.headers(), group)) {
                select(record, alerts);
            }
        }
        return alerts;
    }

    private void select(PolledRecord record, List<Alert> alerts) {
        try {
            String origin = Replays.origin(record.headers(), record.topic(), record.partition(), record.offset());
            Instant received = Replays.receivedAt(record);
            Event event = reader.readRecord(record.value(), EventIds.derived(origin), received);
            if (TYPE.equals(event.type())
                    && LEVELS.contains(Scalars.text(event.data().get("level")))) {
                alerts.add(Alert.of(event, record));
            }
        } catch (GatewayException e) {
            // the store group's business
        }
    }

    /** The alert as a dead letter, with what the webhook answered but nothing of what it said. Any thread. */
    public List<RejectedRecord> reject(Alert alert, Exception failure, String group, String route, int redeliveries) {
        String message = failure instanceof HttpOperationFailedException http
                ? "the webhook answered " + http.getStatusCode()
                : "the webhook cannot be reached";
        return List.of(
                RejectedRecord.of(alert.record(), "HANDLER_FAILED", failure, message, group, route, 1 + redeliveries));
    }
}
