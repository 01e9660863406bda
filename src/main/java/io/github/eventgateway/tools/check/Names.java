package io.github.eventgateway.tools.check;

import io.github.eventgateway.event.CatalogueNames;
import io.github.eventgateway.event.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that Kafka accepts each chosen name, and that it fits its database column. Otherwise only the first event
 * would show the mistake.
 */
final class Names implements Rule {

    /** The width of the columns {@code consumer_group} and {@code route} of {@code dead_letter}. */
    private static final int LONGEST = 255;

    private static final String DIRECT = "direct:";
    private static final String ANCHORS = "gateway.audit.anchor-topic";

    private final RouteSettings settings;
    private final Catalogue catalogue;

    Names(RouteSettings settings, Catalogue catalogue) {
        this.settings = settings;
        this.catalogue = catalogue;
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, String> owners = new HashMap<>();
        for (Catalogue.Topic topic : catalogue.topics()) {
            checkTopic(topic, owners, report);
            topic.types().forEach(type -> CatalogueNames.typeFault(type.name())
                    .ifPresent(wrong ->
                            report.add(type.at(), "the name of the event type '" + type.name() + "' " + wrong, "")));
        }
        settings.value(ANCHORS)
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .ifPresent(name -> checkAnchors(name, owners, report));
        routes.routes().forEach(route -> checkRoute(route, routes, report));
        routes.top("templatedRoute").forEach(use -> checkId(use, use.node().text("routeId"), report));
    }

    private static void checkTopic(Catalogue.Topic topic, Map<String, String> owners, Report report) {
        if (topic.name().isBlank()) {
            return;
        }
        CatalogueNames.topicFault(topic.name())
                .ifPresent(wrong -> report.add(topic.at(), "'" + topic.name() + "' " + wrong, ""));
        for (String name : List.of(topic.name(), topic.name() + Topic.DEAD_LETTER_SUFFIX)) {
            String other = owners.putIfAbsent(CatalogueNames.comparable(name), topic.id());
            if (other != null) {
                report.add(
                        topic.at(),
                        "Kafka cannot distinguish " + name + " from a topic of " + other
                                + " or its dead-letter topic, because . and _ count as equal: give one "
                                + "of them another name",
                        "");
            }
        }
    }

    private void checkAnchors(String name, Map<String, String> owners, Report report) {
        Place at = settings.place(ANCHORS);
        CatalogueNames.topicFault(name)
                .ifPresent(wrong -> report.add(at, "the topic of the audit anchors, '" + name + "', " + wrong, ""));
        String other = owners.get(CatalogueNames.comparable(name));
        if (other != null) {
            report.add(
                    at,
                    "the topic of the audit anchors, " + name + ", is a topic of " + other
                            + " or its dead-letter topic: give the anchors a topic of their own",
                    "");
        }
    }

    private void checkRoute(Routes.Element route, Routes routes, Report report) {
        checkId(route, route.id(), report);
        checkDirect(route, routes, report);
        for (Routes.Consumption one : routes.consumptions(route, settings)) {
            if (one.group().length() > LONGEST) {
                report.add(
                        one.from().option("groupId"),
                        "the name of the consumer group has " + one.group().length() + " characters: write 1 to "
                                + LONGEST);
            }
        }
    }

    /** Calls use the endpoint; log and metrics use the id. */
    private static void checkDirect(Routes.Element route, Routes routes, Report report) {
        routes.consumer(route)
                .filter(from -> from.uri().startsWith(DIRECT)
                        && !route.id().isBlank()
                        && !from.uri().contains("{{")
                        && !from.uri().equals(DIRECT + route.id()))
                .ifPresent(from -> report.warn(
                        from.at(),
                        "the route " + route.id() + " is called as " + from.uri() + ": give " + "both the same name"));
    }

    private static void checkId(Routes.Element route, String id, Report report) {
        if (id.length() > LONGEST) {
            report.add(route.key(), "the route's id has " + id.length() + " characters: write 1 to " + LONGEST);
        }
    }
}
