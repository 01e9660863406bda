package io.github.eventgateway.kafka;

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
public class ConsumerTroubles {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerTroubles.class);

    /** A consumer can succeed between two failures. The problem is over if it does not occur for this time. */
    private static final long OVER_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long COMMIT_OVER_NANOS = Duration.ofSeconds(60).toNanos();

    private final KafkaWatch watch;
    private final Map<Place, Trouble> troubles = new ConcurrentHashMap<>();
    private final Map<Place, Map<TopicPartition, String>> failing = new ConcurrentHashMap<>();
    private final Set<Place> withoutDeadLetters = ConcurrentHashMap.newKeySet();

    ConsumerTroubles(KafkaWatch watch) {
        this.watch = watch;
    }

    /** The topic and the group of a consumer. */
    public record Place(String group, String topic) {}

    private record Trouble(String sentence, boolean commit, long sinceNanos) {
        boolean isOver() {
            return System.nanoTime() - sinceNanos > (commit ? COMMIT_OVER_NANOS : OVER_NANOS);
        }
    }

    /** Returns why this group cannot read the topic or write its dead letters; empty without a problem. */
    public Optional<String> of(String group, String topic) {
        Trouble trouble = troubles.get(new Place(group, topic));
        if (trouble != null) {
            return Optional.of(trouble.sentence);
        }
        Optional<String> processing = failing.getOrDefault(new Place(group, topic), Map.of()).values().stream()
                .findAny();
        if (processing.isPresent()) {
            return processing;
        }
        return watch.isClosed(deadLetters(topic))
                ? Optional.of(KafkaFailures.mayNotWrite(deadLetters(topic)))
                : Optional.empty();
    }

    private static String deadLetters(String topic) {
        return topic + ".dlq";
    }

    void pollFailed(Place place, RuntimeException failure) {
        met(place, new Trouble(KafkaFailures.sentence(failure), false, System.nanoTime()));
    }

    void commitFailed(Place place, RuntimeException failure) {
        met(place, new Trouble(KafkaFailures.sentence(failure), true, System.nanoTime()));
    }

    /**
     * Records that records cannot be processed, which {@link RetryLog} has logged. The next commit ends this problem.
     */
    void processingFailed(String group, TopicPartition partition, String sentence) {
        failing.computeIfAbsent(new Place(group, partition.topic()), any -> new ConcurrentHashMap<>())
                .put(partition, sentence);
    }

    /** Records a successful poll. A poll with records proves more than an empty one. */
    void polled(Place place, boolean anyRecord) {
        Trouble trouble = troubles.get(place);
        if (trouble != null && (anyRecord && !trouble.commit || trouble.isOver())) {
            over(place);
        }
        tellOfDeadLetters(place);
    }

    private void tellOfDeadLetters(Place place) {
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

    void committed(Place place) {
        if (troubles.containsKey(place)) {
            over(place);
        }
    }

    /** Records that these partitions were committed further, or do not belong to this consumer any more. */
    void settled(String group, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Place place = new Place(group, partition.topic());
            Map<TopicPartition, String> here = failing.get(place);
            if (here != null && here.remove(partition) != null && here.isEmpty()) {
                LOG.info("Group {} processes the records of topic {} again", group, partition.topic());
            }
        }
    }

    private void met(Place place, Trouble trouble) {
        Trouble before = troubles.put(place, trouble);
        if (before == null || !before.sentence.equals(trouble.sentence)) {
            LOG.warn(
                    "Group {} cannot read the records of topic {}. The records wait. {}",
                    place.group,
                    place.topic,
                    trouble.sentence);
        }
    }

    private void over(Place place) {
        if (troubles.remove(place) != null) {
            LOG.info("Group {} reads the records of topic {} again", place.group, place.topic);
        }
    }
}
