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

    private final UnsentRecord record;
    private final Map<String, Object> recordHeaders;
    private List<?> metadata;

    /** Creates a message that sends this record. */
    public RecordMessage(CamelContext context, UnsentRecord record) {
        super(context);
        this.record = record;
        this.recordHeaders = Map.copyOf(record.headers());
        setBody(record.value());
    }

    @Override
    public Map<String, Object> getHeaders() {
        return recordHeaders;
    }

    @Override
    public Object getHeader(String name) {
        return switch (name) {
            case KafkaConstants.OVERRIDE_TOPIC -> record.topic();
            case KafkaConstants.OVERRIDE_TIMESTAMP -> record.timestamp();
            case KafkaConstants.KEY -> record.key();
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
