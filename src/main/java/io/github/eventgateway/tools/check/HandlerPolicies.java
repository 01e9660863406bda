package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Checks that the route of a handler has an error policy. Without one nothing in it is retried. */
final class HandlerPolicies implements Rule {

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, Routes.Element> byEndpoint = routes.routes().stream()
                .filter(route -> routes.consumer(route).isPresent())
                .collect(Collectors.toMap(
                        route -> routes.consumer(route).orElseThrow().uri(), route -> route, (one, other) -> one));
        for (Routes.Element consumer : routes.routes()) {
            boolean reads = routes.consumer(consumer)
                    .filter(from -> from.scheme().equals("kafka"))
                    .isPresent();
            for (Routes.Element use : reads ? routes.templatedRoutes(consumer) : List.<Routes.Element>of()) {
                Routes.endpoints(consumer.node())
                        .filter(endpoint ->
                                !endpoint.consumer() && endpoint.uri().startsWith("direct:{{"))
                        .map(endpoint -> Routes.filled(endpoint.uri(), routes.values(consumer, use)))
                        .filter(byEndpoint::containsKey)
                        .map(byEndpoint::get)
                        .filter(handler ->
                                handler.node().text("routeConfigurationId").isBlank())
                        .forEach(handler -> report.add(
                                handler.key(),
                                "the steps of this handler of " + use.node().text("routeId")
                                        + " are not retried before the event is dead-lettered: set "
                                        + "routeConfigurationId to an error policy, such as "
                                        + "retry-then-dead-letter"));
            }
        }
    }
}
