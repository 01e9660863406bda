package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.Set;

/** Checks that error policies do not skip steps of consumers and of the routes that they call. */
final class PolicyInterceptors implements Rule {

    private static final String SKIP = "skipSendToOriginalEndpoint";

    private final RouteSettings settings;

    PolicyInterceptors(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<CalledRoutes.Route> reached = new HashSet<>();
        called.consumers().forEach(consumer -> reached.addAll(called.reached(consumer)));
        reached.stream()
                .flatMap(route -> called.policies(route).stream())
                .distinct()
                .flatMap(Routes::interceptors)
                .filter(this::leavesOut)
                .forEach(one -> report.add(
                        one.key(),
                        one.kind()
                                + " skips steps of a consumer, which then commits records without this work: remove it,"
                                + " or write its steps into the route"));
    }

    private boolean leavesOut(Routes.Element one) {
        return settings.resolve(one.node().text(SKIP)).equals("true")
                || Step.below(one.node(), settings).stream()
                        .flatMap(Step::all)
                        .anyMatch(step -> Commits.isEnd(step, settings));
    }
}
