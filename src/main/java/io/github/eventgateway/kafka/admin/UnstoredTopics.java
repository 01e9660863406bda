package io.github.eventgateway.kafka.admin;

import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Finds topics of the catalogue whose events or dead letters no route stores, on any instance. Their events would be
 * accepted but never seen. The check at the start finds them too, but the start can continue despite it, and a later
 * edit can remove a route. Any thread.
 */
@Component
public class UnstoredTopics {

    private static final String EVENTS = "eventStore";
    private static final String DEAD_LETTERS = "deadLetterTable";

    private final CamelContext camel;
    private final EventCatalogue catalogue;
    private final String group;
    private final String deadLetterGroup;

    UnstoredTopics(
            CamelContext camel,
            EventCatalogue catalogue,
            @Value("${gateway.store.group}") String group,
            @Value("${gateway.dead-letters.group}") String deadLetterGroup) {
        this.camel = camel;
        this.catalogue = catalogue;
        this.group = group;
        this.deadLetterGroup = deadLetterGroup;
    }

    /** Returns a sentence for each of them, by its name in Kafka. */
    Map<String, String> problems() {
        Set<String> stored = topics(EVENTS, group);
        Set<String> kept = topics(DEAD_LETTERS, deadLetterGroup);
        Map<String, String> problems = new TreeMap<>();
        for (Topic topic : catalogue.topics()) {
            List<String> missing = new ArrayList<>();
            if (!stored.contains(topic.name())) {
                missing.add("stores the events of topic " + topic.name());
            }
            if (!kept.contains(topic.deadLetterName())) {
                missing.add("keeps the dead letters of topic " + topic.name());
            }
            if (!missing.isEmpty()) {
                problems.put(topic.name(), "no route " + String.join(" or ", missing));
            }
        }
        return problems;
    }

    /** Returns the topics of the routes that call this bean, and of the routes in the same groups. */
    private Set<String> topics(String bean, String groupOfBean) {
        return camel.getRoutes().stream()
                .filter(route -> route.getEndpoint() instanceof KafkaEndpoint)
                .filter(route -> groupOfBean.equals(configuration(route).getGroupId()) || calls(route, bean))
                .flatMap(route -> List.of(configuration(route).getTopic().split(",")).stream())
                .map(String::trim)
                .collect(Collectors.toSet());
    }

    private static KafkaConfiguration configuration(Route route) {
        return ((KafkaEndpoint) route.getEndpoint()).getConfiguration();
    }

    private boolean calls(Route route, String bean) {
        RouteDefinition definition = ((ModelCamelContext) camel).getRouteDefinition(route.getRouteId());
        return definition != null
                && ProcessorDefinitionHelper.filterTypeInOutputs(definition.getOutputs(), BeanDefinition.class).stream()
                        .anyMatch(step -> bean.equals(step.getRef()));
    }
}
