package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventComparison;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.seal.PublisherSeal;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Finds the stored event that has the id of an event to replay, and compares both. Any thread. */
@Component
class StoredRepeats {

    private static final String STORED = "SELECT payload, received_at, publisher FROM event WHERE id = ?";

    private final JdbcTemplate jdbc;
    private final DeadLetterEvents events;
    private final EventComparison comparison;
    private final DerivedIds ids;
    private final PublisherSeal publishers;

    StoredRepeats(
            JdbcTemplate jdbc,
            DeadLetterEvents events,
            EventComparison comparison,
            DerivedIds ids,
            PublisherSeal publishers) {
        this.jdbc = jdbc;
        this.events = events;
        this.comparison = comparison;
        this.ids = ids;
        this.publishers = publishers;
    }

    /** The result of a search by the id of an event. */
    enum Found {
        NONE,
        SAME,
        DIFFERENT
    }

    /**
     * A stored event.
     *
     * @param payload the event as JSON
     * @param receivedAt when Kafka received it
     * @param publisher the subject of the token that published it; null if no gateway proves it
     */
    private record Stored(String payload, Instant receivedAt, String publisher) {}

    /**
     * Returns what is stored under the id of the event to send: of the repaired event, or of the event in the original
     * bytes.
     *
     * @param repaired null for the original bytes
     */
    Found find(DeadLetterStates.Row row, Event repaired) {
        Event event = repaired == null ? events.original(row) : repaired;
        if (event == null) {
            String id = events.idIn(row);
            return id != null && stored(id).isPresent() ? Found.SAME : Found.NONE;
        }
        Optional<Stored> stored = stored(event.id());
        if (stored.isPresent()) {
            boolean isSame =
                    (repaired != null || isOfPublisher(row, stored.get().publisher()))
                            && comparison.isSame(event, stored.get().payload(), false);
            return isSame ? Found.SAME : Found.DIFFERENT;
        }
        return repaired == null && (isStoredByFormerId(row, event) || isStoredByIdOfAnotherKey(row, event))
                ? Found.SAME
                : Found.NONE;
    }

    private boolean isOfPublisher(DeadLetterStates.Row row, String publisher) {
        Headers headers = HeaderBytes.decode(row.headers());
        return EventComparison.isOfOnePublisher(
                publishers.publisher(row.topic(), row.key(), row.value(), headers), publisher);
    }

    private boolean isStoredByFormerId(DeadLetterStates.Row row, Event event) {
        return event.id().equals(events.ownId(row))
                && stored(DerivedIds.former(row.origin()))
                        .filter(stored -> stored.receivedAt().equals(PolledRecord.receivedAt(row.timestamp())))
                        .filter(stored -> comparison.isSame(event, stored.payload(), true))
                        .isPresent();
    }

    /** A gateway with another AUDIT_SECRET may have replayed it. */
    private boolean isStoredByIdOfAnotherKey(DeadLetterStates.Row row, Event event) {
        return row.eventId() == null
                && event.id().equals(events.ownId(row))
                && ids.ofDeadLetterByOtherKeys(row.id()).stream()
                        .anyMatch(id -> stored(id).isPresent());
    }

    private Optional<Stored> stored(String eventId) {
        return jdbc
                .query(
                        STORED,
                        (rows, number) -> new Stored(
                                rows.getString("payload"),
                                ColumnTime.of(rows.getObject("received_at")),
                                rows.getString("publisher")),
                        eventId)
                .stream()
                .findFirst();
    }
}
