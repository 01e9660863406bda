package io.github.eventgateway.deadletter;

import io.github.eventgateway.event.Event;
import io.github.eventgateway.event.EventConverters;
import io.github.eventgateway.kafka.OriginalRecords;
import io.github.eventgateway.seal.PublisherSeal;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.kafka.common.header.Headers;
import org.springframework.stereotype.Component;

/** Creates the records of replays. Any thread that may wait for Kafka. */
@Component
class ReplayRecords {

    private final DeadLetterEvents events;
    private final OriginalRecords originals;
    private final RecordSeals seals;
    private final PublisherSeal publishers;
    private final CamelContext context;

    ReplayRecords(
            DeadLetterEvents events,
            OriginalRecords originals,
            RecordSeals seals,
            PublisherSeal publishers,
            CamelContext context) {
        this.events = events;
        this.originals = originals;
        this.seals = seals;
        this.publishers = publishers;
        this.context = context;
    }

    /** Returns whether the dead letter has only a part of its record, because the record was too large. */
    boolean isStub(DeadLetterStates.Row row) {
        return DeadLetterStub.in(HeaderBytes.decode(row.headers())) != null;
    }

    /** Returns the dead letter with the whole record instead of its stub; empty if Kafka no longer has the record. */
    Optional<DeadLetterStates.Row> whole(DeadLetterStates.Row row) {
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

    /**
     * Returns the record to send. The original bytes keep their publisher, because the proof is in their headers. A
     * repaired event is a new event; its publisher is the person who repaired it.
     *
     * @param event a repaired event; null for the original bytes
     * @param group the only consumer group that processes it; null for all
     * @param by the subject of the caller's token; may be null
     */
    OutgoingRecord record(DeadLetterStates.Row row, Event event, String group, String by) {
        Headers headers = DeadLetterHeaders.withoutLast(HeaderBytes.decode(row.headers()), DeadLetterHeaders.OF_STUBS);
        if (group != null) {
            DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_GROUP, group);
        }
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ID, row.id());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_ORIGIN, row.origin());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_TIMESTAMP, row.timestamp());
        DeadLetterHeaders.add(headers, DeadLetterHeaders.REPLAY_EVENT_ID, events.ownId(row));
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
}
