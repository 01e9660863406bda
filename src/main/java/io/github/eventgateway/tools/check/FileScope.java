package io.github.eventgateway.tools.check;

import java.util.Set;

/**
 * Checks that nothing at the top of a file applies invisibly to only that file. Error policies must be route
 * configurations.
 */
final class FileScope implements Rule {

    private static final Set<String> SILENT = Set.of(
            "onException", "errorHandler", "intercept", "interceptFrom", "interceptSendToEndpoint", "onCompletion");

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Element element : routes.top()) {
            if (SILENT.contains(element.kind())) {
                report.add(
                        element.key(),
                        "a top-level " + element.kind()
                                + " silently applies only to this file; put it into a "
                                + "routeConfiguration, and set routeConfigurationId to that");
            }
        }
    }
}
