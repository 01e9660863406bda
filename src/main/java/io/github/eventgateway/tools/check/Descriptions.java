package io.github.eventgateway.tools.check;

/** Checks that routes and templates have an id and a description. */
final class Descriptions implements Rule {

    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.routes().stream().filter(route -> route.kind().equals("route")).forEach(route -> check(route, report));
        routes.top("routeTemplate").forEach(template -> check(template, report));
    }

    private static void check(Routes.Element element, Report report) {
        if (element.id().isBlank()) {
            report.add(element.key(), "the " + element.kind() + " has no id");
        }
        if (element.node().text("description").isBlank()) {
            report.add(
                    element.key(),
                    "the " + element.kind()
                            + " has no description; describe the input, the output and the behaviour on failure");
        }
    }
}
