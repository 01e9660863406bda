package io.github.eventgateway.handle;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Words;
import io.github.eventgateway.deadletter.ConsumedEvents;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Selects the events of some types from a batch. */
@Component("eventSelection")
public class EventSelection {

    private final ConsumedEvents events;
    private final AbandonedEvents abandonedEvents;

    EventSelection(ConsumedEvents events, AbandonedEvents abandonedEvents) {
        this.events = events;
        this.abandonedEvents = abandonedEvents;
    }

    /**
     * Returns the events of these types in the order of the batch. It skips unreadable records: the store group
     * dead-letters them. For the poll thread.
     *
     * @param types names of event types, separated by commas; empty for all
     * @param group the consumer group; records that are replayed for another group are skipped
     */
    public List<SelectedEvent> select(PolledBatch batch, String types, String group) {
        Set<String> wanted = Set.copyOf(Words.of(types));
        List<SelectedEvent> selected = new ArrayList<>();
        abandonedEvents.forgetBefore(batch, group);
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
}
