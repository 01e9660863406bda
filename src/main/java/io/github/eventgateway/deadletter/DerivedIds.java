package io.github.eventgateway.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.eventgateway.event.EventIds;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.kafka.TopicIds;
import io.github.eventgateway.seal.MacKey;
import io.github.eventgateway.seal.SharedSecret;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.springframework.stereotype.Component;

/**
 * Creates the ids of events that other programs wrote without one. An id is a MAC of everything that distinguishes the
 * record. Two records have different ids, even if the topic was created again. One record has the same id at every
 * reading. With a digest instead of a MAC, a reader of the id could guess values that the row does not show. Any thread
 * that may wait.
 */
@Component
class DerivedIds {

    private static final int LONGEST_FORMER = 64;
    private static final byte[] OF_RECORD = "record".getBytes(UTF_8);
    private static final byte[] OF_DEAD_LETTER = "dead letter".getBytes(UTF_8);

    private final MacKey key;
    private final List<MacKey> otherKeys;
    private final TopicIds topics;

    DerivedIds(SharedSecret secret, TopicIds topics) {
        List<MacKey> keys = secret.keys("event id");
        this.key = keys.get(0);
        this.otherKeys = keys.subList(1, keys.size());
        this.topics = topics;
    }

    /**
     * Returns the id of an event without id in this record.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not return the topic id
     */
    String of(PolledRecord record) {
        return EventIds.derived(key.of(OF_RECORD, place(record), record.key(), record.value()));
    }

    /**
     * Returns the ids that gateways with other keys give to the event of the same record, while AUDIT_SECRET changes.
     *
     * @throws org.apache.kafka.common.KafkaException as {@link #of}
     */
    List<String> ofOtherKeys(PolledRecord record) {
        if (otherKeys.isEmpty()) {
            return List.of();
        }
        byte[] place = place(record);
        return otherKeys.stream()
                .map(other -> EventIds.derived(other.of(OF_RECORD, place, record.key(), record.value())))
                .toList();
    }

    private byte[] place(PolledRecord record) {
        Uuid id = topics.of(record.topic());
        return ByteBuffer.allocate(4 * Long.BYTES + Integer.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putInt(record.partition())
                .putLong(record.offset())
                .putLong(record.timestamp())
                .array();
    }

    /** Returns the id of an event without id in this dead letter, if the id of its record is unknown. */
    String ofDeadLetter(String id) {
        return EventIds.derived(key.of(OF_DEAD_LETTER, id.getBytes(UTF_8)));
    }

    /** Returns the ids that gateways with other keys give to the event of the same dead letter. */
    List<String> ofDeadLetterByOtherKeys(String id) {
        return otherKeys.stream()
                .map(other -> EventIds.derived(other.of(OF_DEAD_LETTER, id.getBytes(UTF_8))))
                .toList();
    }

    /**
     * Returns the id that earlier versions, which did not know the topic id, gave to the same record.
     *
     * @param origin {@code topic/partition/offset} of the record that failed first
     */
    static String former(String origin) {
        String id = origin.replace('/', '-');
        return id.length() <= LONGEST_FORMER
                ? id
                : UUID.nameUUIDFromBytes(id.getBytes(UTF_8)).toString();
    }
}
