package io.github.eventgateway.tools.check;

import java.util.Set;

/** Nothing at the top of a file holds for that file alone, unseen from the routes: policies are configurations. */
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
                                + " holds for this file alone, in silence; put it into a routeConfiguration and name that");
            }
        }
    }
}
