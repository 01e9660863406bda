package io.github.eventgateway.kafka;

import io.github.eventgateway.kafka.ConsumerProblems.ConsumedTopic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Finds stalled consumer groups: records wait, but the committed offset does not change. It logs the begin and the end
 * of each stall. Any thread.
 */
@Component
public class ConsumerStalls {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerStalls.class);

    private final Duration limit;
    private final LongSupplier nanos;
    private final Map<ConsumedTopic, Map<TopicPartition, Waiting>> waiting = new HashMap<>();
    private final Map<ConsumedTopic, String> stalled = new ConcurrentHashMap<>();

    @Autowired
    ConsumerStalls(ConsumerSettings settings) {
        this(settings.stalledAfter(), System::nanoTime);
    }

    ConsumerStalls(Duration limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
    }

    /**
     * The state of a group in one partition.
     *
     * @param committed the committed offset; negative without one
     * @param lag the number of unprocessed records
     * @param held whether an open transaction holds all of them back
     */
    public record Standing(long committed, long lag, boolean held) {}

    private record Waiting(Standing now, long since) {}

    /** Updates the state of a group in the partitions of a topic. */
    public synchronized void see(ConsumedTopic place, Map<TopicPartition, Standing> standings) {
        Map<TopicPartition, Waiting> before = waiting.getOrDefault(place, Map.of());
        Map<TopicPartition, Waiting> now = new HashMap<>();
        standings.forEach((partition, standing) -> {
            if (standing.lag > 0) {
                Waiting was = before.get(partition);
                boolean same = was != null && was.now.committed == standing.committed;
                now.put(partition, new Waiting(standing, same ? was.since : nanos.getAsLong()));
            }
        });
        waiting.put(place, now);
        Map<TopicPartition, Standing> late = now.entrySet().stream()
                .filter(entry -> nanos.getAsLong() - entry.getValue().since > limit.toNanos())
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().now));
        report(place, late);
    }

    /** Forgets groups that no route uses any more. */
    public synchronized void retain(Collection<ConsumedTopic> places) {
        waiting.keySet().retainAll(places);
        stalled.keySet().retainAll(places);
    }

    /** Returns why the group is stalled on the topic, as a sentence without its full stop; empty if it is not. */
    public Optional<String> of(ConsumedTopic place) {
        return Optional.ofNullable(stalled.get(place));
    }

    private void report(ConsumedTopic place, Map<TopicPartition, Standing> late) {
        if (!late.isEmpty()) {
            String sentence = sentence(place, late);
            if (stalled.put(place, sentence) == null) {
                LOG.warn("{}", sentence);
            }
        } else if (stalled.remove(place) != null) {
            LOG.info("Group {} makes progress with topic {} again", place.group(), place.topic());
        }
    }

    private String sentence(ConsumedTopic place, Map<TopicPartition, Standing> late) {
        Map<Integer, Long> partitions = new TreeMap<>();
        late.forEach((partition, standing) -> partitions.put(partition.partition(), standing.lag));
        String which = partitions.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
        String why = late.values().stream().allMatch(Standing::held)
                ? "; a transaction that another producer left open holds them back"
                : "";
        return "Group " + place.group() + " has committed nothing of topic " + place.topic() + " for over "
                + limit.toSeconds() + " s although records wait in partition " + which + why;
    }
}
