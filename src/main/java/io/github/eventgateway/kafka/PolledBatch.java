package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Converter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConverters;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.springframework.stereotype.Component;

/**
 * The records of one batch that camel-kafka hands to a route, and the way to commit them. camel-kafka's own commit
 * header of a batch is that of its last record, and so commits one partition of several. For the poll thread.
 */
public final class PolledBatch {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    private final List<PolledRecord> records;
    private final Consumer<?, ?> consumer;

    PolledBatch(List<PolledRecord> records, Consumer<?, ?> consumer) {
        this.records = List.copyOf(records);
        this.consumer = consumer;
    }

    /** The records, in the order of each partition. */
    public List<PolledRecord> records() {
        return records;
    }

    /**
     * Commits every partition of the batch past its last record; returns when the broker has it. Partitions that were
     * taken from this consumer in the meantime are left to their new owner.
     *
     * @throws org.apache.kafka.common.KafkaException where the commit failed; the records will be read again
     */
    public void commit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (PolledRecord record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            offsets.merge(partition, new OffsetAndMetadata(record.offset() + 1), PolledBatch::later);
        }
        offsets.keySet().retainAll(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitSync(offsets, COMMIT_TIMEOUT);
        }
    }

    private static OffsetAndMetadata later(OffsetAndMetadata one, OffsetAndMetadata other) {
        return one.offset() >= other.offset() ? one : other;
    }

    /** Lets a route say {@code convertBodyTo} of what a batching {@code kafka:} consumer hands it. */
    @Component
    static final class Converters implements TypeConverters {

        @Converter
        static PolledBatch toBatch(List<?> exchanges) {
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
}
