package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A consumer that forgets nothing when a poll fails. camel-kafka gathers a batch over several polls; when one of them
 * throws, it drops what it has gathered and polls on, so that the next commit would pass over records that nobody
 * processed. This consumer then goes back to the first record that is not committed. One thread, as its parent.
 */
class RewindingConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final Map<TopicPartition, Long> uncommitted = new HashMap<>();

    RewindingConsumer(Properties settings) {
        super(settings);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        ConsumerRecords<Object, Object> records;
        try {
            records = super.poll(timeout);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            rewind();
            pause();
            throw e;
        }
        uncommitted.keySet().retainAll(assignment());
        for (TopicPartition partition : records.partitions()) {
            ConsumerRecord<Object, Object> first = records.records(partition).get(0);
            uncommitted.putIfAbsent(partition, first.offset());
        }
        return records;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        super.commitSync(offsets, timeout);
        offsets.forEach((partition, offset) -> {
            if (position(partition) > offset.offset()) {
                uncommitted.put(partition, offset.offset());
            } else {
                uncommitted.remove(partition);
            }
        });
    }

    private void rewind() {
        uncommitted.keySet().retainAll(assignment());
        uncommitted.forEach(this::seek);
    }

    /** camel-kafka polls again at once, which would fill the log while the fault lasts. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
