package io.github.eventgateway.check;

import java.util.Set;
import java.util.stream.Collectors;

/** A route's {@code routeConfigurationId} names one that there is; else the route would have no error policy. */
final class RouteConfigurations implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        Set<String> known = routes.top("routeConfiguration").stream()
                .map(Routes.Element::id)
                .collect(Collectors.toSet());
        for (Routes.Element route : routes.routes()) {
            route.node().get("routeConfigurationId").ifPresent(named -> {
                for (String id : named.text().split("\\s*,\\s*")) {
                    String pattern = id.replace(".", "\\.").replace("*", ".*");
                    if (known.stream().noneMatch(one -> one.matches(pattern))) {
                        report.add(named, "the routeConfigurationId " + id + " names no route configuration");
                    }
                }
            });
        }
    }
}
