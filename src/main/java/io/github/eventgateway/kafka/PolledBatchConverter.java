package io.github.eventgateway.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConverters;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.stereotype.Component;

/** Lets a route use {@code convertBodyTo} on the batch of a {@code kafka:} consumer. */
@Component
public class PolledBatchConverter implements TypeConverters {

    /** Converts the exchanges of one batch to its records. For the poll thread. */
    @Converter
    public static PolledBatch toBatch(List<?> exchanges) {
        List<PolledRecord> records = new ArrayList<>(exchanges.size());
        Consumer<?, ?> consumer = null;
        for (Object exchange : exchanges) {
            Message message = ((Exchange) exchange).getMessage();
            records.add(record(message));
            consumer = message.getHeader(KafkaConstants.MANUAL_COMMIT, DefaultKafkaManualCommit.class)
                    .getCamelExchangePayload()
                    .consumer;
        }
        return new PolledBatch(records, consumer);
    }

    private static PolledRecord record(Message message) {
        Headers headers = message.getHeader(KafkaConstants.HEADERS, Headers.class);
        return new PolledRecord(
                message.getHeader(KafkaConstants.TOPIC, String.class),
                message.getHeader(KafkaConstants.PARTITION, Integer.class),
                message.getHeader(KafkaConstants.OFFSET, Long.class),
                message.getHeader(KafkaConstants.TIMESTAMP, -1L, Long.class),
                (byte[]) message.getHeader(KafkaConstants.KEY),
                (byte[]) message.getBody(),
                headers == null ? new RecordHeaders() : headers);
    }
}
