package io.github.eventgateway.tools.check;

import io.github.eventgateway.event.Topic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks that every {@code kafka:} endpoint has a topic of the catalogue or its dead-letter topic, because the gateway
 * creates only these.
 */
final class KnownTopics implements Rule {

    /** Producers whose records have their own topics. */
    private static final Set<String> NAMED_BY_RECORDS =
            Set.of("topic-of-each-event", "topic-of-each-replay", "topic-of-each-dead-letter");

    private final RouteSettings settings;
    private final Catalogue catalogue;

    KnownTopics(RouteSettings settings, Catalogue catalogue) {
        this.settings = settings;
        this.catalogue = catalogue;
    }

    @Override
    public void check(Routes routes, Report report) {
        Set<String> topics = new HashSet<>();
        catalogue
                .topics()
                .forEach(topic -> topics.addAll(List.of(topic.name(), topic.name() + Topic.DEAD_LETTER_SUFFIX)));
        if (topics.isEmpty()) {
            return;
        }
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            String uri = settings.resolve(endpoint.uri());
            if (uri.startsWith("kafka:") && !uri.contains("{{")) {
                check(endpoint, uri.substring("kafka:".length()).replaceFirst("\\?.*", ""), topics, report);
            }
        }
        routes.top("templatedRoute").forEach(use -> checkUse(use, routes, topics, report));
    }

    private static void check(Routes.Endpoint endpoint, String names, Set<String> topics, Report report) {
        for (String name : names.split(",")) {
            boolean known = topics.contains(name) || !endpoint.consumer() && NAMED_BY_RECORDS.contains(name);
            if (!known) {
                report.add(endpoint.at().place(name), message(name), Nearest.to(name, topics));
            }
        }
    }

    private static String message(String name) {
        return "kafka:" + name + " does not exist: no topic under gateway.events.topics has this name";
    }

    /** The input of a template is known only where the template is used. */
    private void checkUse(Routes.Element use, Routes routes, Set<String> topics, Report report) {
        List<Routes.Endpoint> endpoints = routes.top("routeTemplate").stream()
                .filter(template -> template.id().equals(use.node().text("routeTemplateRef")))
                .flatMap(template -> Routes.endpoints(template.node()))
                .filter(endpoint -> endpoint.uri().startsWith("kafka:{{"))
                .toList();
        for (YamlNode parameter :
                use.node().get("parameters").map(YamlNode::items).orElse(List.of())) {
            String topic = settings.resolve(parameter.text("value"));
            Stream<String> names = endpoints.stream()
                    .map(Routes.Endpoint::uri)
                    .filter(uri -> uri.contains("{{" + parameter.text("name") + "}}"))
                    .map(uri -> uri.replace("{{" + parameter.text("name") + "}}", topic)
                            .substring("kafka:".length()));
            names.filter(name -> !name.contains("{{") && !topics.contains(name))
                    .forEach(name -> report.add(
                            parameter.get("value").orElse(parameter), message(name), Nearest.to(name, topics)));
        }
    }
}
