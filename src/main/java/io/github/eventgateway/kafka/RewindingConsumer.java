package io.github.eventgateway.kafka;

import io.github.eventgateway.api.FatalErrors;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;

/**
 * A consumer that loses no records when a poll fails, and that waits while Kafka denies access. camel-kafka gathers a
 * batch over several polls. If a poll throws, it drops the gathered records and continues, so the next commit would
 * skip records that nobody processed (measured on Camel 4.22.0: 4 of 8, see CamelKafkaTest). This consumer then returns
 * to the first uncommitted record and fetches again, so that a damaged answer does not block a partition for ever.
 *
 * <p>It skips records of aborted transactions, and commits gaps without records, so that no lag remains. If a partition
 * no longer has the next record, it logs how many are missing, and continues at the first existing record. A topic that
 * was created again is read from its beginning.
 *
 * <p>The size of the records that it returns is bounded after inflation, until the next commit or until partitions are
 * revoked. For one thread, like its parent.
 */
class RewindingConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(5);

    /** The interval of commits for gaps without records. */
    private static final long PASSED_COMMIT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<TopicPartition, PartitionProgress> progress = new HashMap<>();
    private final String group;
    private final ConsumerProblems problems;
    private final ExpiredRecords expired;
    private final Function<String, Uuid> topicIds;
    private final Map<String, Uuid> topics = new HashMap<>();
    private final BoundedFetches fetches;
    private final long mostBytes;
    private long bytes;
    private long lastPassedCommit = System.nanoTime() - PASSED_COMMIT_NANOS;

    /**
     * @param topicIds returns the last known id of a topic; null if unknown
     */
    RewindingConsumer(
            Properties settings,
            ConsumerProblems problems,
            ExpiredRecords expired,
            Function<String, Uuid> topicIds,
            ConsumerSettings bounds) {
        super(lossless(settings));
        this.group = settings.getProperty(ConsumerConfig.GROUP_ID_CONFIG);
        this.problems = problems;
        this.expired = expired;
        this.topicIds = topicIds;
        this.fetches = BoundedFetches.of(this, bounds.maxRecordBytes());
        this.mostBytes = bounds.maxBatchBytes();
    }

    /** The Kafka client skips missing records silently unless it has no reset policy. */
    private static Properties lossless(Properties settings) {
        Properties all = new Properties();
        all.putAll(settings);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        if ("earliest".equals(all.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG))) {
            all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        }
        return all;
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Forgetting(listener));
    }

    /** After a partition was revoked, its delivered records do not matter when it returns. */
    private final class Forgetting implements ConsumerRebalanceListener {

        private final ConsumerRebalanceListener next;

        private Forgetting(ConsumerRebalanceListener next) {
            this.next = next;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            next.onPartitionsRevoked(partitions);
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            next.onPartitionsLost(partitions);
            forget(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            next.onPartitionsAssigned(partitions);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        // A batch of revoked partitions is never committed, so no commit would end their count.
        bytes = 0;
        progress.keySet().removeAll(partitions);
        fetches.forget(partitions);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        detectRecreatedTopics();
        ConsumerRecords<Object, Object> records;
        try {
            records = pollOrReposition(timeout);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (AuthenticationException | AuthorizationException e) {
            // The position is unchanged. camel-kafka sees a poll without records and keeps what it has gathered.
            places().forEach(place -> problems.pollFailed(place, e));
            pause();
            return ConsumerRecords.empty();
        } catch (RuntimeException e) {
            rewind();
            pause();
            throw e;
        } catch (Error e) {
            FatalErrors.endOn(e);
            throw e;
        }
        places().forEach(place -> problems.polled(place, !records.isEmpty()));
        progress.keySet().retainAll(assignment());
        records.nextOffsets()
                .forEach((partition, next) -> progressOf(partition).polled(records.records(partition), next));
        commitPassed();
        return records;
    }

    private ConsumerRecords<Object, Object> pollOrReposition(Duration timeout) {
        try {
            ConsumerRecords<Object, Object> records = bytes < mostBytes ? super.poll(timeout) : pollPaused(timeout);
            records.forEach(record -> bytes += size(record));
            return fetches.marked(records);
        } catch (InvalidOffsetException e) {
            reposition(e);
            return ConsumerRecords.empty();
        }
    }

    /** The route has enough records. An empty poll makes camel-kafka pass on what it has gathered. */
    private ConsumerRecords<Object, Object> pollPaused(Duration timeout) {
        Set<TopicPartition> running = new HashSet<>(assignment());
        running.removeAll(paused());
        pause(running);
        try {
            return super.poll(timeout);
        } finally {
            running.retainAll(assignment());
            resume(running);
        }
    }

    /** Returns the size in bytes of the records that were delivered since the last commit or revocation. */
    long bytes() {
        return bytes;
    }

    private static long size(ConsumerRecord<?, ?> record) {
        long bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            bytes += InflatedRecords.HEADER
                    + header.key().length()
                    + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private PartitionProgress progressOf(TopicPartition partition) {
        return progress.computeIfAbsent(partition, any -> new PartitionProgress());
    }

    /**
     * The Kafka client keeps its position when a topic is deleted and created again. It would skip the records before
     * that position.
     */
    private void detectRecreatedTopics() {
        for (String topic : subscription()) {
            Uuid id = topicIds.apply(topic);
            Uuid before = id == null ? null : topics.put(topic, id);
            if (before != null && !before.equals(id)) {
                List<TopicPartition> partitions = assignment().stream()
                        .filter(partition -> partition.topic().equals(topic))
                        .toList();
                expired.topicRecreated(group, topic);
                forget(partitions);
                if (!partitions.isEmpty()) {
                    seekToBeginning(partitions);
                }
            }
        }
    }

    /** Continues at the first existing record if nothing is committed or the next record is missing. */
    private void reposition(InvalidOffsetException failure) {
        Map<TopicPartition, Long> begins;
        try {
            begins = beginningOffsets(failure.partitions(), BEGIN_TIMEOUT);
        } catch (TimeoutException e) {
            // The next poll fails in the same way.
            return;
        }
        begins.forEach((partition, begin) -> {
            OffsetAndMetadata next = new OffsetAndMetadata(begin);
            if (failure instanceof OffsetOutOfRangeException missing) {
                expired.recordsMissing(
                        group, partition, missing.offsetOutOfRangePartitions().get(partition), begin);
            }
            if (failure instanceof LogTruncationException truncated
                    && truncated.divergentOffsets().containsKey(partition)) {
                next = truncated.divergentOffsets().get(partition);
            }
            seek(partition, next);
            progressOf(partition).movedTo(next);
        });
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>();
        offsets.forEach((partition, offset) ->
                reached.put(partition, progressOf(partition).reachedBy(offset)));
        try {
            super.commitSync(reached, timeout);
        } catch (AuthenticationException | AuthorizationException e) {
            places().forEach(place -> problems.commitFailed(place, e));
            throw e;
        }
        places().forEach(problems::committed);
        problems.processed(group, offsets.keySet());
        bytes = 0;
        reached.forEach((partition, offset) -> {
            progressOf(partition).committed(offset);
            fetches.done(partition, offset.offset());
        });
    }

    /** A route commits only if it gets records. Gaps without records need a commit of their own. */
    private void commitPassed() {
        if (System.nanoTime() - lastPassedCommit < PASSED_COMMIT_NANOS) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
        progress.forEach((partition, here) -> {
            if (here.passed() != null) {
                passed.put(partition, here.passed());
            }
        });
        if (!passed.isEmpty()) {
            lastPassedCommit = System.nanoTime();
            commitAsync(passed, (offsets, failure) -> {
                if (failure == null) {
                    offsets.forEach((partition, offset) -> progressOf(partition).committed(offset));
                }
            });
        }
    }

    private List<ConsumerProblems.ConsumedTopic> places() {
        return subscription().stream()
                .map(topic -> new ConsumerProblems.ConsumedTopic(group, topic))
                .toList();
    }

    private void rewind() {
        bytes = 0;
        Map<TopicPartition, Long> next = next();
        try {
            forgetFetched(next);
        } finally {
            next.keySet().retainAll(assignment());
            next.forEach(this::seek);
            progress.keySet().retainAll(assignment());
        }
    }

    /** Returns the start position of each partition. A partition with an unknown position starts at its commit. */
    private Map<TopicPartition, Long> next() {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (TopicPartition partition : assignment()) {
            Long first = progressOf(partition).firstUncommitted();
            try {
                next.put(partition, first == null ? position(partition, Duration.ZERO) : first);
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                // Its position is unknown.
            }
        }
        return next;
    }

    /**
     * The client keeps fetched data that it found broken, and fails with it as long as the position stays. A poll
     * during a reset of the position drops the data.
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
            // The next poll fails with it as well.
        }
    }

    /** camel-kafka polls again at once, which would fill the log during the failure. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
