package io.github.eventgateway.testing;

import io.github.eventgateway.kafka.PolledBatches;
import io.github.eventgateway.kafka.PolledRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Builds the input of a route with a {@code kafka:} consumer, and records its commits. */
public final class Polled {

    private static final long USUAL_TIME = 1_700_000_000_000L;
    private static final AtomicLong OTHER_TIMES = new AtomicLong(USUAL_TIME);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<PolledRecord> records = new ArrayList<>();

    private final long timestamp;

    /** The records are the same as those of another object at the same positions. */
    public Polled() {
        this(USUAL_TIME);
    }

    private Polled(long timestamp) {
        this.timestamp = timestamp;
    }

    /** Returns input whose records have this timestamp. */
    public static Polled at(long timestamp) {
        return new Polled(timestamp);
    }

    /** Returns input whose records are others than those of any other object, even at the same positions. */
    public static Polled ofNewRecords() {
        return new Polled(OTHER_TIMES.incrementAndGet());
    }

    /** Adds a record without headers. */
    public Polled add(String topic, int partition, long offset, String value) {
        return add(topic, partition, offset, value, new RecordHeaders());
    }

    /** Adds a record. */
    public Polled add(String topic, int partition, long offset, String value, Headers headers) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        records.add(new PolledRecord(
                topic, partition, offset, timestamp, "key".getBytes(StandardCharsets.UTF_8), bytes, headers));
        return this;
    }

    /** Returns the records that are not committed, as the consumer reads them again. */
    public Polled uncommitted() {
        Map<TopicPartition, Long> committed = committed();
        Polled rest = new Polled();
        records.stream()
                .filter(record -> record.offset()
                        >= committed.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L))
                .forEach(rest.records::add);
        return rest;
    }

    /** Returns the body for the route. */
    public Object batch() {
        Set<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        return PolledBatches.of(records, consumer);
    }

    /** Returns the committed offset of a partition; empty if none was committed. */
    public OptionalLong committed(String topic, int partition) {
        TopicPartition of = new TopicPartition(topic, partition);
        var offset = consumer.committed(Set.of(of)).get(of);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset());
    }

    /** Returns all committed offsets. */
    public Map<TopicPartition, Long> committed() {
        return consumer.committed(partitions()).entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private Set<TopicPartition> partitions() {
        return records.stream()
                .map(record -> new TopicPartition(record.topic(), record.partition()))
                .collect(Collectors.toSet());
    }
}
