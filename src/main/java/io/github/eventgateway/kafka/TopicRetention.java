package io.github.eventgateway.kafka;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.stereotype.Component;

/** The time for which Kafka keeps events and dead letters, according to the topics themselves. Any thread. */
@Component
public class TopicRetention {

    /** The value for a topic that keeps its records for ever. */
    public static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;

    TopicRetention(KafkaAdmin admin, CatalogueTopics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * Returns the longest {@code retention.ms} of the topics of the event catalogue and their dead-letter topics. It is
     * {@link #FOR_EVER} if a topic keeps its records for ever, and zero if Kafka is switched off. Waits for Kafka at
     * most a few seconds.
     *
     * @throws ExecutionException if Kafka does not answer or denies access, or a topic is missing
     * @throws InterruptedException if the thread was interrupted
     */
    public Duration longest() throws ExecutionException, InterruptedException {
        return longest(topics.withDeadLetters());
    }

    /** Returns the same for only the dead-letter topics. */
    public Duration longestOfDeadLetters() throws ExecutionException, InterruptedException {
        return longest(
                topics.withDeadLetters().stream().filter(topics::isDeadLetter).toList());
    }

    private Duration longest(List<String> names) throws ExecutionException, InterruptedException {
        if (!admin.isEnabled()) {
            return Duration.ZERO;
        }
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        return configurations(resources).get().values().stream()
                .map(TopicRetention::of)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Returns the names of the topics of events and of dead letters. */
    public List<String> names() {
        return topics.withDeadLetters();
    }

    /**
     * Returns how long Kafka may keep a record of each of these topics: {@code retention.ms} plus {@code segment.ms},
     * because Kafka removes whole segments; {@link #FOR_EVER} if it keeps records for ever. It returns at once. The
     * result fails after a few seconds at most if Kafka is switched off, does not answer or does not permit the
     * question.
     */
    public CompletableFuture<Map<String, Duration>> ofEach() {
        List<ConfigResource> resources = topics.withDeadLetters().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        return configurations(resources).thenApply(all -> {
            Map<String, Duration> found = new LinkedHashMap<>();
            resources.forEach(resource -> found.put(resource.name(), withSegment(all.get(resource))));
            return found;
        });
    }

    private static Duration withSegment(Config config) {
        boolean isRemoved =
                config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains(TopicConfig.CLEANUP_POLICY_DELETE);
        Duration retention = isRemoved ? of(config) : FOR_EVER;
        long segment = Long.parseLong(config.get(TopicConfig.SEGMENT_MS_CONFIG).value());
        boolean isTooLong = retention.toMillis() > FOR_EVER.toMillis() - segment;
        return isTooLong ? FOR_EVER : retention.plusMillis(segment);
    }

    private CompletableFuture<Map<ConfigResource, Config>> configurations(List<ConfigResource> resources) {
        return admin.ask(client -> client.describeConfigs(resources).all());
    }

    private static Duration of(Config config) {
        ConfigEntry entry = config.get(TopicConfig.RETENTION_MS_CONFIG);
        long millis = Long.parseLong(entry.value());
        return millis < 0 ? FOR_EVER : Duration.ofMillis(millis);
    }
}
