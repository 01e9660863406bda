package io.github.eventgateway.tools.check;

import java.util.Set;

/** Checks that a Kafka consumer has Camel's default error handler, which the error policies of the project need. */
final class ErrorHandlers implements Rule {

    private static final Set<String> RIGHT = Set.of("defaultErrorHandler", "id", "description");

    private final RouteSettings settings;

    ErrorHandlers(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        for (CalledRoutes.Route consumer : called.consumers()) {
            check(consumer.element().node(), report);
            called.policies(consumer).forEach(policy -> check(policy.node(), report));
        }
    }

    private static void check(YamlNode holder, Report report) {
        holder.get("errorHandlerRef").ifPresent(ref -> report.add(ref, message(ref.text())));
        holder.get("errorHandler").stream()
                .flatMap(Routes::elements)
                .filter(handler -> !RIGHT.contains(handler.kind()))
                .forEach(handler -> report.add(handler.key(), message(handler.kind())));
    }

    private static String message(String handler) {
        return "with " + handler
                + " a consumer ignores the retries of its error policy: remove the errorHandler, and set "
                + "routeConfigurationId to an error policy, such as retry-then-read-again";
    }
}
