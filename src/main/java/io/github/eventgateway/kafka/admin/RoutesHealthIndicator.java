package io.github.eventgateway.kafka.admin;

import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.component.kafka.TaskHealthState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Reports whether every route of this instance runs, and whether routes store the events of every topic. The thread of
 * a Kafka consumer can end although its route is Started, it can wait because Kafka denies access, or it can commit
 * nothing although records wait. All of these count as down. Any thread.
 */
@Component
class RoutesHealthIndicator implements HealthIndicator {

    private final CamelContext camel;
    private final ConsumerGroups consumers;
    private final UnstoredTopics unstored;

    RoutesHealthIndicator(CamelContext camel, ConsumerGroups consumers, UnstoredTopics unstored) {
        this.camel = camel;
        this.consumers = consumers;
        this.unstored = unstored;
    }

    @Override
    public Health health() {
        if (!camel.isStarted()) {
            return Health.down().withDetail("routes", "starting or stopping").build();
        }
        List<String> down = camel.getRoutes().stream()
                .filter(route -> !Boolean.FALSE.equals(route.isAutoStartup()) && !runs(route))
                .map(Route::getId)
                .sorted()
                .toList();
        Map<String, String> waiting = consumers.problems();
        Map<String, String> notStored = unstored.problems();
        if (down.isEmpty() && waiting.isEmpty() && notStored.isEmpty()) {
            return Health.up().build();
        }
        Health.Builder health = Health.down();
        if (!down.isEmpty()) {
            health.withDetail("not_running", down);
        }
        if (!waiting.isEmpty()) {
            health.withDetail("waiting", waiting);
        }
        if (!notStored.isEmpty()) {
            health.withDetail("not_stored", notStored);
        }
        return health.build();
    }

    private boolean runs(Route route) {
        return camel.getRouteController().getRouteStatus(route.getId()) == ServiceStatus.Started
                && !(route.getConsumer() instanceof KafkaConsumer consumer && hasEndedThread(consumer));
    }

    private static boolean hasEndedThread(KafkaConsumer consumer) {
        return consumer.healthStates().stream().anyMatch(TaskHealthState::isTerminated);
    }
}
