package io.github.eventgateway.kafka;

import io.github.eventgateway.event.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
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

    /**
     * A consumer that restarts reports the failure of its records again in less time. Otherwise another gateway has the
     * partition.
     */
    private static final long PROCESSING_OVER_NANOS = Duration.ofSeconds(60).toNanos();

    private final KafkaWatch watch;
    private final LongSupplier nanos;
    private final Map<ConsumedTopic, ConsumerProblem> problems = new ConcurrentHashMap<>();
    private final Map<ConsumedTopic, Map<TopicPartition, Failure>> failing = new ConcurrentHashMap<>();
    private final Set<ConsumedTopic> withoutDeadLetters = ConcurrentHashMap.newKeySet();

    @Autowired
    ConsumerProblems(KafkaWatch watch) {
        this(watch, System::nanoTime);
    }

    ConsumerProblems(KafkaWatch watch, LongSupplier nanos) {
        this.watch = watch;
        this.nanos = nanos;
    }

    /** The topic and the group of a consumer. */
    public record ConsumedTopic(String group, String topic) {}

    private record ConsumerProblem(String sentence, boolean commit, long sinceNanos) {}

    /** The last failure to process records of a partition. */
    private record Failure(String sentence, long atNanos) {}

    /** Returns why this group cannot read the topic or write its dead letters; empty without a problem. */
    public Optional<String> of(String group, String topic) {
        ConsumerProblem problem = problems.get(new ConsumedTopic(group, topic));
        if (problem != null) {
            return Optional.of(problem.sentence);
        }
        Optional<String> processing = failures(new ConsumedTopic(group, topic)).values().stream()
                .map(Failure::sentence)
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

    private Map<TopicPartition, Failure> failures(ConsumedTopic place) {
        Map<TopicPartition, Failure> failures = failing.computeIfAbsent(place, any -> new ConcurrentHashMap<>());
        failures.values().removeIf(failure -> nanos.getAsLong() - failure.atNanos > PROCESSING_OVER_NANOS);
        return failures;
    }

    void pollFailed(ConsumedTopic place, RuntimeException failure) {
        begin(place, new ConsumerProblem(KafkaFailures.sentence(failure), false, nanos.getAsLong()));
    }

    void commitFailed(ConsumedTopic place, RuntimeException failure) {
        begin(place, new ConsumerProblem(KafkaFailures.sentence(failure), true, nanos.getAsLong()));
    }

    /**
     * Records that records cannot be processed, which {@link RetryLog} has logged. The next commit ends this problem,
     * but a restart of the consumer does not.
     */
    void processingFailed(String group, TopicPartition partition, String sentence) {
        failures(new ConsumedTopic(group, partition.topic())).put(partition, new Failure(sentence, nanos.getAsLong()));
    }

    /** Records a successful poll. A poll with records proves more than an empty one. */
    void polled(ConsumedTopic place, boolean anyRecord) {
        ConsumerProblem problem = problems.get(place);
        if (problem != null && (anyRecord && !problem.commit || isOver(problem))) {
            end(place);
        }
        reportDeadLetterAccess(place);
    }

    private boolean isOver(ConsumerProblem problem) {
        return nanos.getAsLong() - problem.sinceNanos > (problem.commit ? COMMIT_OVER_NANOS : OVER_NANOS);
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

    /** Records that records of these partitions were processed and committed. */
    void processed(String group, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Map<TopicPartition, Failure> here = failures(new ConsumedTopic(group, partition.topic()));
            if (here.remove(partition) != null && here.isEmpty()) {
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
