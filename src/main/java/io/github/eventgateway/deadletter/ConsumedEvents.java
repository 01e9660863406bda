package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventIds;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.kafka.CutHeaders;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.seal.PublisherSeal;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Reads the events of consumed records. A record is a replay only with the proof that a gateway wrote it as one. Any
 * other record is an ordinary one, whatever its headers contain. For poll threads and other threads that may wait.
 */
@Component
public class ConsumedEvents {

    private final EventReader reader;
    private final RecordSeals seals;
    private final DerivedIds ids;
    private final PublisherSeal publishers;

    ConsumedEvents(EventReader reader, RecordSeals seals, DerivedIds ids, PublisherSeal publishers) {
        this.reader = reader;
        this.seals = seals;
        this.ids = ids;
        this.publishers = publishers;
    }

    /**
     * Returns whether a record concerns this consumer group. An ordinary record concerns every group; a replay concerns
     * only the group that could not process it.
     */
    public boolean concerns(PolledRecord record, String group) {
        String only = ofReplay(record, DeadLetterHeaders.REPLAY_GROUP);
        return only == null || only.equals(group);
    }

    /**
     * Returns the event of a record. An event without an id gets one, which is the same at every reading of the record
     * and of its replays.
     *
     * @throws GatewayException if the record contains no event
     * @throws org.apache.kafka.common.KafkaException if Kafka does not return the topic id
     */
    public Event read(PolledRecord record) {
        return read(record, receivedAt(record));
    }

    /**
     * Returns the event as {@link #read(PolledRecord)} does.
     *
     * @param receivedAt the result of {@link #receivedAt}
     */
    public Event read(PolledRecord record, Instant receivedAt) {
        if (record.headers() instanceof CutHeaders) {
            throw new GatewayException(Reason.TOO_LARGE, "", "the record or its batch is too long to read");
        }
        return reader.readRecord(record.value(), () -> id(record), receivedAt);
    }

    /** Returns when Kafka received the event. For a replay this is the time of the record that failed first. */
    public Instant receivedAt(PolledRecord record) {
        return PolledRecord.receivedAt(timestamp(record));
    }

    /** Returns whether {@link #receivedAt} is known, and not the time of this call. */
    public boolean isReceivedAtKnown(PolledRecord record) {
        return PolledRecord.isDated(timestamp(record));
    }

    private long timestamp(PolledRecord record) {
        String first = ofReplay(record, DeadLetterHeaders.REPLAY_TIMESTAMP);
        return first == null ? record.timestamp() : Long.parseLong(first);
    }

    /** Returns the subject of the token that published the event of this record; null if no gateway proves it. */
    public String publisher(PolledRecord record) {
        return publishers.publisher(record.topic(), record.key(), record.value(), record.headers());
    }

    /** Returns the subject of the token that repaired the event of this record; null if it was not repaired. */
    public String repairedBy(PolledRecord record) {
        return ofReplay(record, DeadLetterHeaders.REPLAY_REPAIRED_BY);
    }

    /**
     * Returns the id under which an earlier version may have stored the event, when ids depended only on the position
     * of the record. Null if the event has its own id.
     */
    public String formerId(Event event, PolledRecord record) {
        if (!EventIds.isDerived(event.id())) {
            return null;
        }
        String origin = ofReplay(record, DeadLetterHeaders.REPLAY_ORIGIN);
        return DerivedIds.former(origin == null ? record.place() : origin);
    }

    /**
     * Returns the ids under which a gateway with another AUDIT_SECRET may have stored the event of the same record. They are empty if the
     * event has its own id, or if no other secret is set.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not return the topic id
     */
    public List<String> idsOfOtherKeys(Event event, PolledRecord record) {
        return !EventIds.isDerived(event.id()) || ofReplay(record, DeadLetterHeaders.REPLAY_EVENT_ID) != null
                ? List.of()
                : ids.ofOtherKeys(record);
    }

    private String id(PolledRecord record) {
        String given = ofReplay(record, DeadLetterHeaders.REPLAY_EVENT_ID);
        return given != null ? given : ids.of(record);
    }

    /** Returns a header of a replay; null if the record is no replay, or lacks the header. */
    private String ofReplay(PolledRecord record, String name) {
        String text = DeadLetterHeaders.text(record.headers(), name);
        return text != null && seals.isReplay(record) ? text : null;
    }
}
