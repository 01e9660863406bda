package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that the {@code routeConfigurationId} of a route exists. Otherwise the route would have no error policy. */
final class RouteConfigurations implements Rule {

    private final RouteSettings settings;

    RouteConfigurations(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        List<Routes.Element> policies = routes.top("routeConfiguration");
        checkGlobal(policies, report);
        for (Routes.Element route : routes.routes()) {
            route.node().get("routeConfigurationId").ifPresent(named -> routes.policies(route, settings)
                    .forEach(ids -> checkNamed(named, ids, policies, report)));
        }
    }

    private static void checkNamed(YamlNode named, String ids, List<Routes.Element> policies, Report report) {
        for (String id : ids.split("\\s*,\\s*")) {
            // The rule for placeholders reports one without a value.
            if (!id.contains("{{") && policies.stream().noneMatch(policy -> CalledRoutes.isNamed(policy, id))) {
                report.add(
                        named.place(id),
                        "the routeConfigurationId " + id + " does not exist; the route would have no error policy",
                        Nearest.to(id, ids(policies)));
            }
        }
    }

    private static Set<String> ids(List<Routes.Element> policies) {
        return policies.stream().map(Routes.Element::id).collect(Collectors.toSet());
    }

    /** A configuration without an id applies to all routes that name none. A second one would change them unnoticed. */
    private static void checkGlobal(List<Routes.Element> policies, Report report) {
        policies.stream()
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
