package io.github.eventgateway.kafka;

import java.util.List;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Converts a message to a Kafka record. Only this class uses the header names of camel-kafka, which have changed before
 * (CAMEL-23584).
 */
public final class KafkaRecords {

    private KafkaRecords() {}

    /** Makes this the record that the next {@code kafka:} endpoint sends. */
    public static void set(Message message, UnsentRecord record) {
        message.setBody(record.value());
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, record.topic());
        if (record.key() != null) {
            message.setHeader(KafkaConstants.KEY, record.key());
        }
        if (record.timestamp() != null) {
            message.setHeader(KafkaConstants.OVERRIDE_TIMESTAMP, record.timestamp());
        }
        record.headers().forEach(message::setHeader);
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
