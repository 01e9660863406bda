package io.github.eventgateway.tools.check;

import java.util.Set;
import java.util.stream.Collectors;

/** Checks that the {@code routeConfigurationId} of a route exists. Otherwise the route would have no error policy. */
final class RouteConfigurations implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        Set<String> known = routes.top("routeConfiguration").stream()
                .map(Routes.Element::id)
                .collect(Collectors.toSet());
        checkGlobal(routes, report);
        for (Routes.Element route : routes.routes()) {
            route.node().get("routeConfigurationId").ifPresent(named -> {
                for (String id : named.text().split("\\s*,\\s*")) {
                    String pattern = id.replace(".", "\\.").replace("*", ".*");
                    if (known.stream().noneMatch(one -> one.matches(pattern))) {
                        report.add(
                                named.place(id),
                                "the routeConfigurationId " + id
                                        + " does not exist; the route would have no error policy",
                                Nearest.to(id, known));
                    }
                }
            });
        }
    }

    /** A configuration without an id applies to all routes that name none. A second one would change them unnoticed. */
    private static void checkGlobal(Routes routes, Report report) {
        routes.top("routeConfiguration").stream()
                .filter(configuration -> configuration.id().isBlank())
                .skip(1)
                .forEach(configuration -> report.add(
                        configuration.key(),
                        "this is the second routeConfiguration without an id, which applies to every "
                                + "route that names none; give it an id, and set routeConfigurationId to it"));
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }
}
