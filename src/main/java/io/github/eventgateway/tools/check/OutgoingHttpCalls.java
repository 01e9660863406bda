package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Set;

/**
 * Checks that no header of a record or request reaches a called server by accident, and that credentials do not follow
 * redirects.
 */
final class OutgoingHttpCalls implements Rule {

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final String WEBHOOKS = "bean:webhooks";
    private static final Set<String> ALL = Set.of("*", "Camel*");

    private final RouteSettings settings;

    OutgoingHttpCalls(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Element route : routes.routes()) {
            boolean cleared = false;
            for (Routes.Element step : Routes.steps(route.node()).toList()) {
                cleared |= step.kind().equals("removeHeaders")
                        && ALL.contains(step.node().text("pattern"));
                List<Routes.Endpoint> called = Routes.endpoints(step).toList();
                for (Routes.Endpoint endpoint : called) {
                    if (!endpoint.consumer() && isHttp(endpoint)) {
                        check(endpoint, cleared, report);
                    }
                }
            }
        }
    }

    private boolean isHttp(Routes.Endpoint endpoint) {
        String uri = settings.resolve(endpoint.uri());
        return uri.equals(WEBHOOKS) || SCHEMES.contains(uri.replaceFirst(":.*", ""));
    }

    private static void check(Routes.Endpoint endpoint, boolean cleared, Report report) {
        if (!cleared) {
            report.add(
                    endpoint.at(),
                    "headers of the message would change this call: put removeHeaders with the pattern \"*\" before it");
        }
        if (endpoint.parameter("followRedirects").equals("true")) {
            report.add(
                    endpoint.option("followRedirects"),
                    "credentials would follow a redirect to another host: set followRedirects to false");
        }
    }
}
