package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A consumer that forgets nothing when a poll fails, and waits where Kafka does not let it in. camel-kafka gathers a
 * batch over several polls; when one of them throws, it drops what it has gathered and polls on, so that the next commit
 * would pass over records that nobody processed (measured on Camel 4.22.0: 4 of 8, see CamelKafkaTest). This consumer
 * then goes back to the first record that is not committed, and asks the broker again: an answer that arrived broken must
 * not hold up a partition for ever. One thread, as its parent.
 */
class RewindingConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final Map<TopicPartition, Long> uncommitted = new HashMap<>();
    private final String group;
    private final ConsumerTroubles troubles;

    RewindingConsumer(Properties settings, ConsumerTroubles troubles) {
        super(settings);
        this.group = settings.getProperty(ConsumerConfig.GROUP_ID_CONFIG);
        this.troubles = troubles;
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        ConsumerRecords<Object, Object> records;
        try {
            records = super.poll(timeout);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (AuthenticationException | AuthorizationException e) {
            // The position is where it was: to camel-kafka it is a poll without records, and what it has gathered
            // stays.
            places().forEach(place -> troubles.pollFailed(place, e));
            pause();
            return ConsumerRecords.empty();
        } catch (RuntimeException e) {
            rewind();
            pause();
            throw e;
        }
        places().forEach(place -> troubles.polled(place, !records.isEmpty()));
        uncommitted.keySet().retainAll(assignment());
        for (TopicPartition partition : records.partitions()) {
            ConsumerRecord<Object, Object> first = records.records(partition).get(0);
            uncommitted.putIfAbsent(partition, first.offset());
        }
        return records;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        try {
            super.commitSync(offsets, timeout);
        } catch (AuthenticationException | AuthorizationException e) {
            places().forEach(place -> troubles.commitFailed(place, e));
            throw e;
        }
        places().forEach(troubles::committed);
        offsets.forEach((partition, offset) -> {
            if (position(partition) > offset.offset()) {
                uncommitted.put(partition, offset.offset());
            } else {
                uncommitted.remove(partition);
            }
        });
    }

    private List<ConsumerTroubles.Place> places() {
        return subscription().stream()
                .map(topic -> new ConsumerTroubles.Place(group, topic))
                .toList();
    }

    private void rewind() {
        Map<TopicPartition, Long> next = next();
        try {
            forgetFetched(next);
        } finally {
            next.keySet().retainAll(assignment());
            next.forEach(this::seek);
            uncommitted.keySet().retainAll(assignment());
        }
    }

    /** Where each partition is to be read from; one whose position is not known yet starts where it is committed anyway. */
    private Map<TopicPartition, Long> next() {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (TopicPartition partition : assignment()) {
            Long first = uncommitted.get(partition);
            try {
                next.put(partition, first == null ? position(partition, Duration.ZERO) : first);
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                // its position is not known
            }
        }
        return next;
    }

    /**
     * What the client has fetched and found broken it keeps, and fails on for ever, as long as the position stays; while
     * the position is being reset, a poll throws it away.
     */
    private void forgetFetched(Map<TopicPartition, Long> next) {
        if (next.isEmpty()) {
            return;
        }
        seekToBeginning(next.keySet());
        try {
            ConsumerRecords<Object, Object> passed = super.poll(Duration.ZERO);
            for (TopicPartition partition : passed.partitions()) {
                next.putIfAbsent(partition, passed.records(partition).get(0).offset());
            }
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            // the next poll will fail with it as well
        }
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
