package io.github.eventgateway.tools.check;

import java.util.Map;

/** Finds routes that run on no instance, because Camel does not create them or does not start them. */
final class SwitchedOff {

    /** These settings are false on some instances only. */
    private static final String ROLE = "{{gateway.role.";

    private final RouteSettings settings;

    SwitchedOff(RouteSettings settings) {
        this.settings = settings;
    }

    /** Returns whether a route with these template parameters runs on no instance. */
    boolean test(Routes.Element route, Map<String, String> values) {
        return isStopped(Routes.filled(route.node().text("autoStartup"), values))
                || isLeftOut(Routes.filled(route.node().text("precondition"), values));
    }

    private boolean isStopped(String autoStartup) {
        return !autoStartup.contains(ROLE) && settings.resolve(autoStartup).equalsIgnoreCase("false");
    }

    /** Camel evaluates the precondition at the start, without a message. */
    private boolean isLeftOut(String precondition) {
        String resolved = settings.resolve(precondition);
        if (resolved.isBlank() || precondition.contains(ROLE) || resolved.contains("{{")) {
            return false;
        }
        try {
            return !TriedExpressions.condition(resolved).test(Map.of());
        } catch (RuntimeException e) {
            // SimpleExpressions reports it.
            return false;
        }
    }
}
