package io.github.eventgateway.kafka;

import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Converts a message to a Kafka record. Only this class uses the header names of camel-kafka, which have changed before
 * (CAMEL-23584).
 */
public final class KafkaRecords {

    private KafkaRecords() {}

    /**
     * Makes this value and key the record that the next {@code kafka:} endpoint sends to this topic.
     *
     * @param timestamp the timestamp of the record in milliseconds since 1970; null lets the producer choose
     * @param headers the headers of the record by name
     */
    public static void set(
            Message message, String topic, Long timestamp, byte[] key, byte[] value, Map<String, byte[]> headers) {
        message.setBody(value);
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
        if (key != null) {
            message.setHeader(KafkaConstants.KEY, key);
        }
        if (timestamp != null) {
            message.setHeader(KafkaConstants.OVERRIDE_TIMESTAMP, timestamp);
        }
        headers.forEach(message::setHeader);
    }

    /** Returns the position of the record that was sent from this message; null if Kafka did not acknowledge it. */
    public static RecordMetadata acknowledged(Message message) {
        return acknowledged(message.getHeader(KafkaConstants.KAFKA_RECORD_META, List.class));
    }

    static RecordMetadata acknowledged(List<?> all) {
        if (all == null || all.isEmpty()) {
            return null;
        }
        RecordMetadata metadata = (RecordMetadata) all.get(0);
        return metadata != null && metadata.hasOffset() ? metadata : null;
    }
}
