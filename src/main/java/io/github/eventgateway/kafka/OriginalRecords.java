package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.stereotype.Component;

/**
 * Reads single Kafka records by their positions, outside any consumer group. The last reader stays open for some
 * seconds: a bulk replay reads the records of a partition in their order, and would otherwise inflate a large batch from
 * its beginning for each of them. Any thread that may wait for Kafka.
 */
@Component
public class OriginalRecords implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int IDLE_SECONDS = 10;

    /** Without a limit, a reader would wait half a minute for a frozen broker. */
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ofMillis(500));

    /** A later record is reached by reading on if it is this close. */
    private static final int NEAR = 1000;

    private static final Executor AFTER_IDLING = CompletableFuture.delayedExecutor(IDLE_SECONDS, TimeUnit.SECONDS);

    private final KafkaConnection connection;
    private final ConsumerSettings consumers;
    private final AtomicReference<Idle> idle = new AtomicReference<>();

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
        Reader reader = take(new TopicPartition(topic, partition));
        boolean isUsable = false;
        try {
            Optional<PolledRecord> found = reader.at(offset);
            isUsable = true;
            return found;
        } catch (OffsetOutOfRangeException e) {
            return Optional.empty();
        } finally {
            if (isUsable) {
                keep(reader);
            } else {
                reader.close();
            }
        }
    }

    /** Closes the reader that waits for the next record. */
    @Override
    public void close() {
        replaceIdle(null);
    }

    private Reader take(TopicPartition place) {
        Idle last = idle.getAndSet(null);
        if (last != null && last.reader.place.equals(place)) {
            return last.reader;
        }
        if (last != null) {
            last.reader.close();
        }
        return new Reader(place);
    }

    private void keep(Reader reader) {
        Idle now = new Idle(reader);
        replaceIdle(now);
        AFTER_IDLING.execute(() -> {
            if (idle.compareAndSet(now, null)) {
                reader.close();
            }
        });
    }

    private void replaceIdle(Idle now) {
        Idle other = idle.getAndSet(now);
        if (other != null) {
            other.reader.close();
        }
    }

    /** One wait of a reader. A later wait of the same reader is another object. */
    private record Idle(Reader reader) {}

    /** A reader of one partition. For one thread at a time. */
    private final class Reader {

        private final TopicPartition place;
        private final KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        private final BoundedFetches fetches = BoundedFetches.of(consumer, consumers.maxRecordBytes());
        private long next = Long.MAX_VALUE;

        private Reader(TopicPartition place) {
            this.place = place;
            consumer.assign(List.of(place));
        }

        private Optional<PolledRecord> at(long offset) {
            if (offset >= consumer.endOffsets(List.of(place)).get(place)) {
                return Optional.empty();
            }
            if (next > offset || offset - next > NEAR) {
                consumer.seek(place, offset);
            }
            fetches.done(place, offset);
            ConsumerRecord<byte[], byte[]> first = firstFrom(offset);
            boolean isWhole = first != null && first.offset() == offset && !(first.headers() instanceof CutHeaders);
            return isWhole ? Optional.of(read(first)) : Optional.empty();
        }

        /** Returns the first record at or after this offset; null if Kafka does not return it in time. */
        private ConsumerRecord<byte[], byte[]> firstFrom(long offset) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> one : fetches.marked(consumer.poll(POLL))) {
                    next = one.offset() + 1;
                    if (one.offset() >= offset) {
                        return one;
                    }
                }
            }
            next = Long.MAX_VALUE;
            return null;
        }

        private void close() {
            consumer.close(AT_ONCE);
        }
    }

    private static PolledRecord read(ConsumerRecord<byte[], byte[]> one) {
        return new PolledRecord(
                one.topic(), one.partition(), one.offset(), one.timestamp(), one.key(), one.value(), one.headers());
    }

    private Map<String, Object> properties() {
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
