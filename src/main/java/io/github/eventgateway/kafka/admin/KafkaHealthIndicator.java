package io.github.eventgateway.kafka.admin;

import io.github.eventgateway.kafka.BrokerAvailability;
import io.github.eventgateway.kafka.KafkaAdmin;
import io.github.eventgateway.kafka.KafkaWatch;
import io.github.eventgateway.kafka.TopicCreator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether events can be accepted: a broker accepts the login, every event topic exists with a leader for each
 * partition and may be written to, and publishing is not suspended after a failure. The state is updated in the
 * background, so that a health request never waits for a broker. Any thread.
 */
@Component
public class KafkaHealthIndicator implements HealthIndicator {

    private final KafkaAdmin admin;
    private final KafkaWatch watch;
    private final TopicCreator creator;
    private final BrokerAvailability availability;

    public KafkaHealthIndicator(
            KafkaAdmin admin, KafkaWatch watch, TopicCreator creator, BrokerAvailability availability) {
        this.admin = admin;
        this.watch = watch;
        this.creator = creator;
        this.availability = availability;
    }

    @Override
    public Health health() {
        if (!admin.isEnabled()) {
            return Health.unknown().withDetail("kafka", "disabled").build();
        }
        List<String> now = Stream.concat(watch.problems().stream(), availability.problem().stream())
                .toList();
        Health.Builder health = now.isEmpty() ? Health.up() : Health.down().withDetail("problems", now);
        creator.problem().ifPresent(problem -> health.withDetail("topics", problem));
        return health.build();
    }
}
