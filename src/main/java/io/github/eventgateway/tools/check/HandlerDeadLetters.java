package io.github.eventgateway.tools.check;

import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks that a handler sends no dead letters. The consumer's template does this when the failure reaches it. After a
 * dead letter of the handler itself, a later failure would make Camel repeat the steps before it, so an event would be
 * delivered after its dead letter.
 */
final class HandlerDeadLetters implements Rule {

    static final String WANTED = "throw the failure again, and handle-events dead-letters the event";

    private final RouteSettings settings;

    HandlerDeadLetters(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<CalledRoutes.Route> handlers = called.handlers(routes);
        for (CalledRoutes.Route handler : handlers) {
            Stream.concat(handler.all(), called.policies(handler).stream().flatMap(called::steps))
                    .filter(step -> step.calls(settings).stream().anyMatch(SwallowedFailures::isDeadLetter))
                    .forEach(step -> report.add(
                            step.node().get("uri").orElse(step.key()),
                            "a handler must not send dead letters, because a later failure delivers the event again after "
                                    + "its dead letter: " + WANTED));
        }
    }
}
