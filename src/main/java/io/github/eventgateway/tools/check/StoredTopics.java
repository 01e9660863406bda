package io.github.eventgateway.tools.check;

import io.github.eventgateway.event.Topic;
import java.util.List;

/**
 * Checks that each topic of the catalogue has a route that stores its events and one that stores its dead letters.
 * Without them callers would get 202, but nobody could ever find their events.
 */
final class StoredTopics implements Rule {

    private static final String EVENTS = "eventStore";
    private static final String DEAD_LETTERS = "deadLetterTable";

    private final RouteSettings settings;
    private final SwitchedOff switchedOff;
    private final Catalogue catalogue;

    StoredTopics(RouteSettings settings, Catalogue catalogue) {
        this.settings = settings;
        switchedOff = new SwitchedOff(settings);
        this.catalogue = catalogue;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (Catalogue.Topic topic : catalogue.topics()) {
            if (!topic.name().isBlank() && !isRead(topic.name(), EVENTS, "gateway.store.group", routes)) {
                report.add(
                        topic.at(),
                        "no route stores the events of the topic " + topic.id()
                                + ": add a templated route of store-events for it, as for the other "
                                + "topics in routes/store-events.camel.yaml",
                        "");
            }
            String deadLetters = topic.name() + Topic.DEAD_LETTER_SUFFIX;
            if (!topic.name().isBlank() && !isRead(deadLetters, DEAD_LETTERS, "gateway.dead-letters.group", routes)) {
                report.add(
                        topic.at(),
                        "no route stores the dead letters of the topic " + topic.id()
                                + ": add a templated route of store-dead-letters for it, as for the "
                                + "other topics in routes/store-dead-letters.camel.yaml",
                        "");
            }
        }
    }

    /** Returns whether a route that calls this bean reads the topic, or a route in the same group. */
    private boolean isRead(String topic, String bean, String groupSetting, Routes routes) {
        String group = settings.value(groupSetting).orElse("");
        for (Routes.Element route : routes.routes()) {
            boolean calls = calls(route, bean);
            boolean reads = routes.uses(route).stream()
                    .filter(values -> !switchedOff.test(route, values))
                    .flatMap(values -> routes.consumption(route, values, settings).stream())
                    .filter(one -> List.of(one.topics().split(",")).contains(topic))
                    .anyMatch(one -> calls || !group.isEmpty() && group.equals(one.group()));
            if (reads) {
                return true;
            }
        }
        return false;
    }

    private static boolean calls(Routes.Element route, String bean) {
        return route.node().all().anyMatch(node -> node.text("ref").equals(bean));
    }
}
