package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of one batch that camel-kafka passes to a route, and their commit. The commit header of camel-kafka
 * refers only to the last record of the batch, so it commits only one of several partitions (measured on Camel 4.22.0,
 * see CamelKafkaTest). For the poll thread.
 */
public final class PolledBatch implements Located {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    private final List<PolledRecord> records;
    private final Consumer<?, ?> consumer;

    PolledBatch(List<PolledRecord> records, Consumer<?, ?> consumer) {
        this.records = List.copyOf(records);
        this.consumer = consumer;
    }

    /** Returns the records in the order of each partition. */
    public List<PolledRecord> records() {
        return records;
    }

    @Override
    public String place() {
        if (records.isEmpty()) {
            return "no records";
        }
        PolledRecord last = records.get(records.size() - 1);
        return records.size() == 1
                ? "the record " + records.get(0).place()
                : records.size() + " records, " + records.get(0).place() + " to " + last.place();
    }

    /** Returns the partitions of the records. */
    Set<TopicPartition> partitions() {
        return records.stream()
                .map(record -> new TopicPartition(record.topic(), record.partition()))
                .collect(Collectors.toSet());
    }

    /** Returns the consumer group. */
    String group() {
        return consumer.groupMetadata().groupId();
    }

    /**
     * Commits every partition of the batch after its last record. Returns after the broker has acknowledged. It skips
     * partitions that this consumer has lost, and leaves them to their new owner.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
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

    /**
     * Commits the partition of the record up to this record. All records before it in the partition must have been
     * processed.
     *
     * @throws org.apache.kafka.common.KafkaException if the commit failed; the records are read again
     */
    public void commitUpTo(PolledRecord record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (consumer.assignment().contains(partition)) {
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)), COMMIT_TIMEOUT);
        }
    }

    private static OffsetAndMetadata later(OffsetAndMetadata one, OffsetAndMetadata other) {
        return one.offset() >= other.offset() ? one : other;
    }
}
