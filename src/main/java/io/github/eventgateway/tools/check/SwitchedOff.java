package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds routes that run on no instance, because Camel does not create them or does not start them. */
final class SwitchedOff {

    /** These settings are false on some instances only. */
    private static final String ROLE = "{{gateway.role.";

    private static final Pattern ROLES = Pattern.compile("\\{\\{gateway\\.role\\.(\\w+)\\.on}}");
    private static final List<String> CONDITIONS = List.of("autoStartup", "precondition");

    private final RouteSettings settings;

    SwitchedOff(RouteSettings settings) {
        this.settings = settings;
    }

    /** Returns whether a route with these template parameters runs on no instance. */
    boolean test(Routes.Element route, Map<String, String> values) {
        return isStopped(Routes.filled(route.node().text("autoStartup"), values))
                || isLeftOut(Routes.filled(route.node().text("precondition"), values));
    }

    /** Returns whether a route configuration applies on no instance. */
    boolean test(Routes.Element policy) {
        return isLeftOut(policy.node().text("precondition"));
    }

    /**
     * Returns the roles without which an instance does not run a route with these template parameters. With alternatives
     * ({@code ||}) an instance needs none of them in particular.
     */
    Set<String> roles(Routes.Element route, Map<String, String> values) {
        return CONDITIONS.stream()
                .map(condition -> Routes.filled(route.node().text(condition), values))
                .filter(condition -> !condition.contains("||"))
                .flatMap(condition -> ROLES.matcher(condition).results())
                .map(role -> role.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the condition under which a route runs; the route itself without one. */
    static YamlNode condition(Routes.Element route) {
        return CONDITIONS.stream()
                .flatMap(condition -> route.node().get(condition).stream())
                .findFirst()
                .orElse(route.key());
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
