package io.github.eventgateway.tools.diagram;

import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/**
 * Draws the flow from the running routes: verbs, direct links, topics and their groups, dead letters, the database and
 * other targets. A bean that uses the database appears as a link to it. Any thread.
 */
@Component
class FlowDiagram {

    private static final String DATABASE = "database";

    private final CamelContext camel;
    private final EventCatalogue catalogue;
    private final ConfigurableListableBeanFactory beans;

    FlowDiagram(CamelContext camel, EventCatalogue catalogue, ConfigurableListableBeanFactory beans) {
        this.camel = camel;
        this.catalogue = catalogue;
        this.beans = beans;
    }

    /** Returns a Mermaid flowchart. It is the same for the same routes. */
    String mermaid() {
        List<RouteSteps> routes = RouteSteps.of(camel).stream()
                .sorted(Comparator.comparing((RouteSteps route) -> !Endpoints.isRest(route.from()))
                        .thenComparing(RouteSteps::id))
                .toList();
        Map<String, String> entries = routes.stream()
                .filter(route -> RouteSteps.isDirect(route.from()))
                .collect(Collectors.toMap(RouteSteps::from, RouteSteps::id));
        Map<String, String> nodes = new TreeMap<>();
        Set<String> links = new LinkedHashSet<>();
        for (RouteSteps route : routes) {
            drawRoute(route, nodes, links);
            route.sends().forEach(send -> drawSend(route.id(), send, entries, nodes, links));
            if (route.beans().stream().anyMatch(this::worksWithDatabase)) {
                links.add(link(node(route.id()), database(nodes), false));
            }
        }
        StringBuilder text = new StringBuilder("flowchart LR\n");
        nodes.values().forEach(line -> text.append("  ").append(line).append('\n'));
        links.forEach(line -> text.append("  ").append(line).append('\n'));
        return text.toString();
    }

    private void drawRoute(RouteSteps route, Map<String, String> nodes, Set<String> links) {
        String id = node(route.id());
        if (Endpoints.isRest(route.from())) {
            nodes.put("1" + Endpoints.label(route.from()), id + "([\"" + text(Endpoints.label(route.from())) + "\"])");
            return;
        }
        nodes.put("2" + route.id(), id + "[\"" + text(route.id()) + "\"]");
        Route running = camel.getRoute(route.id());
        if (running != null && running.getEndpoint() instanceof KafkaEndpoint kafka) {
            String group = kafka.getConfiguration().getGroupId();
            for (String topic : kafka.getConfiguration().getTopic().split(",")) {
                links.add(
                        topic(topic.trim(), nodes) + (group == null ? " --> " : " -->|\"" + text(group) + "\"| ") + id);
            }
        } else if (!RouteSteps.isDirect(route.from())) {
            links.add(link(end(route.from(), nodes), id, false));
        }
    }

    private void drawSend(
            String from,
            RouteSteps.Send send,
            Map<String, String> entries,
            Map<String, String> nodes,
            Set<String> links) {
        if (RouteSteps.isDirect(send.uri())) {
            String to = entries.get(send.uri());
            if (to != null) {
                links.add(link(node(from), node(to), send.onFailure()));
            }
        } else if (send.uri().startsWith("kafka:")) {
            for (String topic : topics(send.uri().substring("kafka:".length()))) {
                links.add(link(node(from), topic(topic, nodes), send.onFailure()));
            }
        } else if (send.uri().startsWith("jdbc:") || send.uri().startsWith("sql:")) {
            links.add(link(node(from), database(nodes), send.onFailure()));
        } else {
            links.add(link(node(from), end(send.written(), nodes), send.onFailure()));
        }
    }

    /** Endpoints whose records have their own topics get their own names. */
    private Collection<String> topics(String name) {
        List<String> known = catalogue.topics().stream().map(Topic::name).toList();
        return switch (name) {
            case "topic-of-each-event", "topic-of-each-replay" -> known;
            case "topic-of-each-dead-letter" ->
                known.stream().map(topic -> topic + Topic.DEAD_LETTER_SUFFIX).toList();
            default -> List.of(name);
        };
    }

    private static String topic(String name, Map<String, String> nodes) {
        String id = "topic_" + identifier(name);
        nodes.put("3" + name, id + "[/\"" + text(name) + "\"/]");
        return id;
    }

    private static String database(Map<String, String> nodes) {
        nodes.put("4", DATABASE + "[(\"" + DATABASE + "\")]");
        return DATABASE;
    }

    /** Returns an external target by the name of its setting, because an address can contain a key. */
    private static String end(String uri, Map<String, String> nodes) {
        String label = Endpoints.label(uri).replaceAll("\\{\\{\\??([^}:]+)[^}]*}}", "$1");
        String id = "end_" + identifier(label);
        nodes.put("5" + label, id + ">\"" + text(label) + "\"]");
        return id;
    }

    private static String link(String from, String to, boolean onFailure) {
        return from + (onFailure ? " -. failure .-> " : " --> ") + to;
    }

    private boolean worksWithDatabase(String bean) {
        Deque<String> left = new ArrayDeque<>(List.of(bean));
        Set<String> seen = new HashSet<>();
        while (!left.isEmpty()) {
            String name = left.pop();
            if (seen.add(name) && beans.containsBean(name)) {
                if (beans.isTypeMatch(name, DataSource.class)) {
                    return true;
                }
                left.addAll(List.of(beans.getDependenciesForBean(name)));
            }
        }
        return false;
    }

    private static String node(String routeId) {
        return "route_" + identifier(routeId);
    }

    private static String identifier(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    private static String text(String label) {
        return label.replace("\"", "#quot;");
    }
}
