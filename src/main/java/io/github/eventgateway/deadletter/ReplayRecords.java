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
import io.github.eventgateway.event.EventComparison;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.kafka.OriginalRecords;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.seal.PublisherSeal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Headers;
import org.springframework.stereotype.Component;

/** Creates the records of replays, and compares their events with the stored ones. Any thread. */
@Component
class ReplayRecords {

    private final ReplayTable table;
    private final EventReader reader;
    private final EventCatalogue catalogue;
    private final EventComparison comparison;
    private final RecordSeals seals;
    private final DerivedIds ids;
    private final PublisherSeal publishers;
    private final ObjectMapper json;
    private final CamelContext context;
    private final OriginalRecords originals;

    ReplayRecords(
            ReplayTable table,
            EventReader reader,
            EventCatalogue catalogue,
            EventComparison comparison,
            RecordSeals seals,
            DerivedIds ids,
            PublisherSeal publishers,
            ObjectMapper json,
            CamelContext context,
            OriginalRecords originals) {
        this.table = table;
        this.reader = reader;
        this.catalogue = catalogue;
        this.comparison = comparison;
        this.seals = seals;
        this.ids = ids;
        this.publishers = publishers;
        this.json = json;
        this.context = context;
        this.originals = originals;
    }

    /** Returns whether the dead letter has only a part of its record, because the record was too large. */
    boolean isStub(ReplayTable.Row row) {
        return DeadLetterStub.in(HeaderBytes.decode(row.headers())) != null;
    }

    /** Returns the dead letter with the whole record instead of its stub; empty if Kafka no longer has the record. */
    Optional<ReplayTable.Row> whole(ReplayTable.Row row) {
        DeadLetterStub stub = DeadLetterStub.in(HeaderBytes.decode(row.headers()));
        if (stub.isUnread()) {
            // To inflate its batch again for each stub could take minutes.
            return Optional.empty();
        }
        return originals
                .at(row.topic(), row.partition(), row.offset())
                .filter(record -> stub.isOf(record.value()))
                .map(record -> row.with(
                        record.key(),
                        record.value(),
                        DeadLetterHeaders.original(record.headers(), seals.isReplay(record))));
    }

    /** The result of a search by the id of an event. */
    enum Found {
        NONE,
        SAME,
        DIFFERENT
    }

    /**
     * Returns the record to send. The original bytes keep their publisher, because the proof is in their headers. A
     * repaired event is a new event; its publisher is the person who repaired it.
     *
     * @param event a repaired event; null for the original bytes
     * @param group the only consumer group that processes it; null for all
     * @param by the subject of the caller's token; may be null
     */
    OutgoingRecord record(ReplayTable.Row row, Event event, String group, String by) {
        Headers headers = DeadLetterHeaders.withoutLast(HeaderBytes.decode(row.headers()), DeadLetterHeaders.OF_STUBS);
        if (group != null) {
            DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_GROUP, group);
        }
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ID, row.id());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ORIGIN, row.origin());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_TIMESTAMP, row.timestamp());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_EVENT_ID, ownId(row));
        if (event != null && by != null) {
            DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_REPAIRED_BY, by);
        }
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAYS, row.replays() + 1);
        byte[] key = event == null ? row.key() : event.keyBytes();
        byte[] value = event == null ? row.value() : EventConverters.toBytes(event);
        if (event != null && by != null) {
            publishers.put(by, row.topic(), key, value, headers);
        }
        seals.sealReplay(row.topic(), key, value, headers);
        return new OutgoingRecord(row.topic(), key, value, headers);
    }

    /** Returns the message for a {@code kafka:} endpoint with the {@link WholeRecordSerializer}. */
    List<Message> messages(OutgoingRecord record) {
        return List.of(record.message(context));
    }

    /**
     * Returns the repaired event. Without a timestamp it gets the time at which Kafka received the original, so that it
     * is the same event if it is sent twice.
     *
     * @throws GatewayException with the reason of {@code POST /api/events} if it is invalid
     */
    Event repaired(ReplayTable.Row row, JsonNode node) {
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
    Repair repair(ReplayTable.Row row, Event event) {
        JsonNode before = tree(row.value());
        String hash = row.value() == null ? null : Sha256.hex(row.value());
        return new Repair(
                new Repair.Version(idIn(row), text(before, "type"), hash),
                new Repair.Version(event.id(), event.type(), Sha256.hex(EventConverters.toBytes(event))));
    }

    /**
     * Returns what is stored under the id of the event to send: of the repaired event, or of the event in the original
     * bytes.
     *
     * @param repaired null for the original bytes
     */
    Found stored(ReplayTable.Row row, Event repaired) {
        Event event = repaired == null ? original(row) : repaired;
        if (event == null) {
            String id = idIn(row);
            return id != null && table.stored(id).isPresent() ? Found.SAME : Found.NONE;
        }
        Optional<ReplayTable.Stored> stored = table.stored(event.id());
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

    private boolean isOfPublisher(ReplayTable.Row row, String publisher) {
        Headers headers = HeaderBytes.decode(row.headers());
        return EventComparison.isOfOnePublisher(
                publishers.publisher(row.topic(), row.key(), row.value(), headers), publisher);
    }

    private boolean isStoredByFormerId(ReplayTable.Row row, Event event) {
        return event.id().equals(ownId(row))
                && table.stored(DerivedIds.former(row.origin()))
                        .filter(stored -> stored.receivedAt().equals(PolledRecord.receivedAt(row.timestamp())))
                        .filter(stored -> comparison.isSame(event, stored.payload(), true))
                        .isPresent();
    }

    /** A gateway with another AUDIT_SECRET may have replayed it. */
    private boolean isStoredByIdOfAnotherKey(ReplayTable.Row row, Event event) {
        return row.eventId() == null
                && event.id().equals(ownId(row))
                && ids.ofDeadLetterByOtherKeys(row.id()).stream()
                        .anyMatch(id -> table.stored(id).isPresent());
    }

    /** Returns the event of the record that failed; null if it has none. */
    private Event original(ReplayTable.Row row) {
        try {
            return reader.readRecord(row.value(), () -> ownId(row), PolledRecord.receivedAt(row.timestamp()));
        } catch (GatewayException e) {
            return null;
        }
    }

    /** Returns the id that the gateway gives to an event without one. */
    private String ownId(ReplayTable.Row row) {
        return row.eventId() == null ? ids.ofDeadLetter(row.id()) : row.eventId();
    }

    /**
     * Returns the id in the value of the record, or the id that its event gets without one; null if the value shows
     * neither.
     */
    private String idIn(ReplayTable.Row row) {
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
