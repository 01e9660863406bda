package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.stereotype.Component;

/** Reads a single Kafka record by its position, outside any consumer group. Any thread that may wait for Kafka. */
@Component
public class OriginalRecords {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KafkaConnection connection;
    private final ConsumerSettings consumers;

    OriginalRecords(KafkaConnection connection, ConsumerSettings consumers) {
        this.connection = connection;
        this.consumers = consumers;
    }

    /**
     * Returns the record at this position; empty if it no longer exists or is too long to read.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer or denies access
     */
    public Optional<PolledRecord> at(String topic, int partition, long offset) {
        TopicPartition place = new TopicPartition(topic, partition);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            BoundedFetches fetches = BoundedFetches.of(consumer, consumers.maxRecordBytes());
            consumer.assign(List.of(place));
            long end = consumer.endOffsets(List.of(place)).get(place);
            if (offset >= end) {
                return Optional.empty();
            }
            consumer.seek(place, offset);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> one : fetches.marked(consumer.poll(Duration.ofMillis(200)))) {
                    boolean isWhole = one.offset() == offset && !(one.headers() instanceof CutHeaders);
                    return isWhole ? Optional.of(read(one)) : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (OffsetOutOfRangeException e) {
            return Optional.empty();
        }
    }

    private static PolledRecord read(ConsumerRecord<byte[], byte[]> one) {
        return new PolledRecord(
                one.topic(), one.partition(), one.offset(), one.timestamp(), one.key(), one.value(), one.headers());
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(connection.clientProperties());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "event-gateway-original");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
        return settings;
    }
}
