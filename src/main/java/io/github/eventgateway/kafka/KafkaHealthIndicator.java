package io.github.eventgateway.kafka;

import jakarta.annotation.PostConstruct;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether events can be taken: a broker answers, and has every topic of events with a leader for each partition. Kept
 * fresh in the background, so that asking for health never waits for a broker. Any thread.
 */
@Component
class KafkaHealthIndicator implements HealthIndicator {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final TopicCreator creator;
    private CompletableFuture<List<String>> look = CompletableFuture.completedFuture(List.of());
    private volatile List<String> problems = List.of("Kafka was not asked yet");

    KafkaHealthIndicator(KafkaAdmin admin, CatalogueTopics topics, TopicCreator creator) {
        this.admin = admin;
        this.topics = topics;
        this.creator = creator;
    }

    @PostConstruct
    void watch() {
        admin.every(INTERVAL, this::refresh);
    }

    private void refresh() {
        if (look.isDone()) {
            look = topics.problems();
            look.whenComplete((found, failure) -> problems = failure == null ? found : List.of("no broker answers"));
        }
    }

    @Override
    public Health health() {
        if (!admin.isEnabled()) {
            return Health.unknown().withDetail("kafka", "disabled").build();
        }
        List<String> now = problems;
        Health.Builder health = now.isEmpty() ? Health.up() : Health.down().withDetail("problems", now);
        creator.problem().ifPresent(problem -> health.withDetail("topics", problem));
        return health.build();
    }
}
