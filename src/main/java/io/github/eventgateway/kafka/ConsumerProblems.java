package io.github.eventgateway.kafka;

import io.github.eventgateway.event.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Records why consumers fail although their routes run: Kafka rejects the login or denies access, or the records cannot
 * be processed. It logs the begin and the end of each problem once. Any thread.
 */
@Component
public class ConsumerProblems {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerProblems.class);

    /** A consumer can succeed between two failures. The problem is over if it does not occur for this time. */
    private static final long OVER_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long COMMIT_OVER_NANOS = Duration.ofSeconds(60).toNanos();

    private final KafkaWatch watch;
    private final Map<ConsumedTopic, ConsumerProblem> problems = new ConcurrentHashMap<>();
    private final Map<ConsumedTopic, Map<TopicPartition, String>> failing = new ConcurrentHashMap<>();
    private final Set<ConsumedTopic> withoutDeadLetters = ConcurrentHashMap.newKeySet();

    ConsumerProblems(KafkaWatch watch) {
        this.watch = watch;
    }

    /** The topic and the group of a consumer. */
    public record ConsumedTopic(String group, String topic) {}

    private record ConsumerProblem(String sentence, boolean commit, long sinceNanos) {
        boolean isOver() {
            return System.nanoTime() - sinceNanos > (commit ? COMMIT_OVER_NANOS : OVER_NANOS);
        }
    }

    /** Returns why this group cannot read the topic or write its dead letters; empty without a problem. */
    public Optional<String> of(String group, String topic) {
        ConsumerProblem problem = problems.get(new ConsumedTopic(group, topic));
        if (problem != null) {
            return Optional.of(problem.sentence);
        }
        Optional<String> processing = failing.getOrDefault(new ConsumedTopic(group, topic), Map.of()).values().stream()
                .findAny();
        if (processing.isPresent()) {
            return processing;
        }
        return watch.isClosed(deadLetters(topic))
                ? Optional.of(KafkaFailures.mayNotWrite(deadLetters(topic)))
                : Optional.empty();
    }

    private static String deadLetters(String topic) {
        return topic + Topic.DEAD_LETTER_SUFFIX;
    }

    void pollFailed(ConsumedTopic place, RuntimeException failure) {
        begin(place, new ConsumerProblem(KafkaFailures.sentence(failure), false, System.nanoTime()));
    }

    void commitFailed(ConsumedTopic place, RuntimeException failure) {
        begin(place, new ConsumerProblem(KafkaFailures.sentence(failure), true, System.nanoTime()));
    }

    /**
     * Records that records cannot be processed, which {@link RetryLog} has logged. The next commit ends this problem.
     */
    void processingFailed(String group, TopicPartition partition, String sentence) {
        failing.computeIfAbsent(new ConsumedTopic(group, partition.topic()), any -> new ConcurrentHashMap<>())
                .put(partition, sentence);
    }

    /** Records a successful poll. A poll with records proves more than an empty one. */
    void polled(ConsumedTopic place, boolean anyRecord) {
        ConsumerProblem problem = problems.get(place);
        if (problem != null && (anyRecord && !problem.commit || problem.isOver())) {
            end(place);
        }
        reportDeadLetterAccess(place);
    }

    private void reportDeadLetterAccess(ConsumedTopic place) {
        boolean closed = watch.isClosed(deadLetters(place.topic));
        if (closed && withoutDeadLetters.add(place)) {
            LOG.warn(
                    "Group {} cannot write dead letters of topic {}. The failed records wait. {}",
                    place.group,
                    place.topic,
                    KafkaFailures.mayNotWrite(deadLetters(place.topic)));
        } else if (!closed && withoutDeadLetters.remove(place)) {
            LOG.info("Group {} can write dead letters of topic {} again", place.group, place.topic);
        }
    }

    void committed(ConsumedTopic place) {
        if (problems.containsKey(place)) {
            end(place);
        }
    }

    /** Records that these partitions were committed further, or do not belong to this consumer any more. */
    void settled(String group, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            ConsumedTopic place = new ConsumedTopic(group, partition.topic());
            Map<TopicPartition, String> here = failing.get(place);
            if (here != null && here.remove(partition) != null && here.isEmpty()) {
                LOG.info("Group {} processes the records of topic {} again", group, partition.topic());
            }
        }
    }

    private void begin(ConsumedTopic place, ConsumerProblem problem) {
        ConsumerProblem before = problems.put(place, problem);
        if (before == null || !before.sentence.equals(problem.sentence)) {
            LOG.warn(
                    "Group {} cannot read the records of topic {}. The records wait. {}",
                    place.group,
                    place.topic,
                    problem.sentence);
        }
    }

    private void end(ConsumedTopic place) {
        if (problems.remove(place) != null) {
            LOG.info("Group {} reads the records of topic {} again", place.group, place.topic);
        }
    }
}
