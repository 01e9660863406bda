package io.github.eventgateway.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.springframework.stereotype.Component;

/** The topics and consumer groups of the routes. Any thread. */
@Component
public class Subscriptions {

    private final CamelContext camel;

    Subscriptions(CamelContext camel) {
        this.camel = camel;
    }

    /** A route that consumes a topic. */
    public record Subscription(String route, String group, String topic) {

        public ConsumerProblems.ConsumedTopic place() {
            return new ConsumerProblems.ConsumedTopic(group, topic);
        }
    }

    /**
     * Returns whether a route consumes this topic in this group, including routes of other instances that have another
     * role.
     */
    public boolean consumes(String group, String topic) {
        return of(route -> true).stream()
                .anyMatch(one -> one.group().equals(group) && one.topic().equals(topic));
    }

    /** Returns the subscriptions of this instance. */
    public List<Subscription> running() {
        return of(route -> !Boolean.FALSE.equals(route.isAutoStartup()));
    }

    private List<Subscription> of(Predicate<Route> wanted) {
        List<Subscription> subscriptions = new ArrayList<>();
        for (Route route : camel.getRoutes()) {
            if (route.getEndpoint() instanceof KafkaEndpoint endpoint && wanted.test(route)) {
                KafkaConfiguration configuration = endpoint.getConfiguration();
                if (configuration.getGroupId() != null && !configuration.isTopicIsPattern()) {
                    for (String topic : configuration.getTopic().split(",")) {
                        subscriptions.add(new Subscription(route.getId(), configuration.getGroupId(), topic.trim()));
                    }
                }
            }
        }
        return subscriptions;
    }
}
