package io.github.eventgateway.kafka;

import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * One of many records for a {@code kafka:} endpoint. It is a message without a map of headers, because the map would
 * cost several times as much as the record. It supports the few headers that the endpoint reads, and the headers of the
 * record, which an endpoint with {@code batchWithIndividualHeaders} sends.
 */
public final class RecordMessage extends DefaultMessage {

    private final String topic;
    private final Long timestamp;
    private final byte[] key;
    private final Map<String, Object> recordHeaders;
    private List<?> metadata;

    /**
     * Creates a record for this topic with this value and key, which may be null. Without a timestamp the producer
     * chooses one. The headers are those of the record by name.
     */
    public RecordMessage(
            CamelContext context, String topic, Long timestamp, byte[] key, byte[] value, Map<String, byte[]> headers) {
        super(context);
        this.topic = topic;
        this.timestamp = timestamp;
        this.key = key;
        this.recordHeaders = Map.copyOf(headers);
        setBody(value);
    }

    @Override
    public Map<String, Object> getHeaders() {
        return recordHeaders;
    }

    @Override
    public Object getHeader(String name) {
        return switch (name) {
            case KafkaConstants.OVERRIDE_TOPIC -> topic;
            case KafkaConstants.OVERRIDE_TIMESTAMP -> timestamp;
            case KafkaConstants.KEY -> key;
            case KafkaConstants.KAFKA_RECORD_META -> metadata;
            default -> null;
        };
    }

    @Override
    public <T> T getHeader(String name, Class<T> type) {
        return type.cast(getHeader(name));
    }

    @Override
    public Object removeHeader(String name) {
        return getHeader(name);
    }

    @Override
    public void setHeader(String name, Object value) {
        if (!KafkaConstants.KAFKA_RECORD_META.equals(name)) {
            throw new UnsupportedOperationException("A record has no header " + name);
        }
        metadata = (List<?>) value;
    }

    /** Returns the position of the record; null if Kafka did not acknowledge it. */
    public RecordMetadata acknowledged() {
        return KafkaRecords.acknowledged(metadata);
    }

    /** Returns whether Kafka or its client has reported the result. */
    public boolean isSettled() {
        return metadata != null;
    }
}
