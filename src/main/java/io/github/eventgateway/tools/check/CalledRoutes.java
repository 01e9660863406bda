package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.support.PatternHelper;

/** The routes, their steps, and their {@code direct:} calls. Immutable. */
final class CalledRoutes {

    static final String DIRECT = "direct:";

    /** Steps that do not affect the steps after them. */
    private static final Set<String> CONDITIONAL = Set.of("filter", "idempotentConsumer", "sample");

    /**
     * A route.
     *
     * @param from the URI of its input; empty without one
     */
    record Route(Routes.Element element, String from, List<Step> steps) {

        Stream<Step> all() {
            return steps.stream().flatMap(Step::all);
        }

        /** Returns whether it reads from Kafka, and so commits. */
        boolean isConsumer() {
            return from.startsWith("kafka:");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Route route && route.element.node().isAt(element.node());
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(element.node().identity());
        }
    }

    private final Routes routes;
    private final RouteSettings settings;
    private final List<Routes.Element> policies;
    private final List<Route> all;
    private final List<Map<String, String>> uses;
    private final Map<String, Route> byDirect = new LinkedHashMap<>();
    /** The parameters of the templates, by the routes that they create. */
    private final Map<String, Map<String, String>> made = new HashMap<>();
    /** The endpoints that a route or its error policies call. */
    private final Map<Route, List<String>> calls = new HashMap<>();

    CalledRoutes(Routes routes, RouteSettings settings) {
        this.routes = routes;
        this.settings = settings;
        policies = routes.top("routeConfiguration");
        all = routes.routes().stream()
                .map(element -> {
                    String from = routes.consumer(element)
                            .map(endpoint -> settings.resolve(endpoint.uri()).replaceFirst("\\?.*", ""))
                            .orElse("");
                    List<Step> steps = element.node()
                            .get("from")
                            .map(node -> Step.below(node, settings))
                            .orElse(List.of());
                    return new Route(element, from, steps);
                })
                .toList();
        uses = routes.routes().stream()
                .flatMap(route -> routes.uses(route).stream())
                .distinct()
                .toList();
        all.stream().filter(route -> route.from().startsWith(DIRECT)).forEach(route -> routes.uses(route.element())
                .forEach(values -> {
                    String name = settings.resolve(Routes.filled(route.from(), values));
                    byDirect.put(name, route);
                    made.put(name, values);
                }));
        all.forEach(route -> calls.put(
                route,
                Stream.concat(route.all(), policies(route).stream().flatMap(this::steps))
                        .flatMap(step -> step.calls(settings).stream())
                        .distinct()
                        .toList()));
    }

    List<Route> all() {
        return all;
    }

    /** Returns the {@code direct:} endpoints that routes read from, including those of created template routes. */
    Set<String> directs() {
        return byDirect.keySet();
    }

    /** Returns the endpoints that a route calls by this URI. */
    Set<String> called(String direct, String uri) {
        String filled = settings.resolve(Routes.filled(uri, made.get(direct)));
        return uses.stream()
                .map(use -> filled.contains("{{") ? settings.resolve(Routes.filled(filled, use)) : filled)
                .filter(byDirect::containsKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns the handlers: the routes that a consumer's template calls by a parameter, and all routes that these call.
     * Dead-letter routes are not handlers.
     */
    Set<Route> handlers(Routes routes) {
        Set<Route> handlers = new LinkedHashSet<>();
        for (Route consumer : consumers()) {
            for (Map<String, String> values : routes.uses(consumer.element())) {
                calls.get(consumer).stream()
                        .filter(uri -> uri.startsWith(DIRECT + "{{"))
                        .flatMap(uri -> from(uri, List.of(values)).stream())
                        .forEach(handlers::add);
            }
        }
        List<Route> open = new ArrayList<>(handlers);
        while (!open.isEmpty()) {
            calls.get(open.remove(0)).stream()
                    .filter(uri -> !SwallowedFailures.isDeadLetter(uri))
                    .flatMap(uri -> from(uri).stream())
                    .filter(handlers::add)
                    .forEach(open::add);
        }
        return handlers;
    }

    /** Returns the routes that read from Kafka. */
    List<Route> consumers() {
        return all.stream().filter(Route::isConsumer).toList();
    }

    /**
     * Returns the route with this input. If a template parameter names the input, the result depends on the uses of the
     * template.
     */
    Set<Route> from(String uri) {
        return from(uri, uses);
    }

    private Set<Route> from(String uri, List<Map<String, String>> values) {
        return (uri.contains("{{") ? values : List.of(Map.<String, String>of()))
                .stream()
                        .map(use -> byDirect.get(settings.resolve(Routes.filled(uri, use))))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns this route and all routes that it calls, directly or indirectly, each once. */
    Set<Route> reached(Route first) {
        return reached(first, uses);
    }

    /** Returns the same for a template route with these parameters. */
    Set<Route> reached(Route first, Map<String, String> values) {
        return reached(first, List.of(values));
    }

    private Set<Route> reached(Route first, List<Map<String, String>> values) {
        Set<Route> reached = new LinkedHashSet<>(List.of(first));
        List<Route> open = new ArrayList<>(reached);
        while (!open.isEmpty()) {
            Route route = open.remove(0);
            calls.get(route).stream()
                    .flatMap(uri -> from(uri, values).stream())
                    .filter(reached::add)
                    .forEach(open::add);
        }
        return reached;
    }

    /** Returns the route configurations that apply to a route. */
    List<Routes.Element> policies(Route route) {
        Set<String> named = routes.policies(route.element(), settings);
        return policies.stream()
                .filter(policy -> named.stream()
                        .anyMatch(ids -> ids.isBlank() ? policy.id().isBlank() : isNamed(policy, ids)))
                .toList();
    }

    /** Returns whether the id of a route configuration matches the comma-separated patterns of a route. */
    static boolean isNamed(Routes.Element policy, String ids) {
        return Arrays.stream(ids.split("\\s*,\\s*")).anyMatch(id -> PatternHelper.matchPattern(policy.id(), id));
    }

    /** Returns the steps of a policy: those for a failed route, and those of its interceptors. */
    Stream<Step> steps(Routes.Element policy) {
        return steps(Stream.concat(Routes.failures(policy), Routes.interceptors(policy)));
    }

    /** Returns the steps of some clauses of a policy. */
    Stream<Step> steps(Stream<Routes.Element> clauses) {
        return clauses.flatMap(clause -> Step.below(clause.node(), settings).stream())
                .flatMap(Step::all);
    }

    /** Returns whether every path through these steps and the called routes contains such a step. */
    boolean always(List<Step> steps, Predicate<Step> wanted) {
        return always(steps, wanted, Set.of());
    }

    private boolean always(List<Step> steps, Predicate<Step> wanted, Set<String> seen) {
        return steps.stream().anyMatch(step -> wanted.test(step) || alwaysIn(step, wanted, seen));
    }

    private boolean alwaysIn(Step step, Predicate<Step> wanted, Set<String> seen) {
        if (CONDITIONAL.contains(step.kind())) {
            return false;
        }
        if (step.kind().equals("choice")) {
            return !step.branches("otherwise").isEmpty()
                    && step.branches().stream().allMatch(branch -> always(branch.steps(), wanted, seen));
        }
        return Stream.of("steps", "doFinally")
                        .flatMap(kind -> step.branches(kind).stream())
                        .anyMatch(branch -> always(branch.steps(), wanted, seen))
                || step.calls(settings).stream()
                        .filter(uri -> !seen.contains(uri))
                        .anyMatch(uri -> {
                            Set<String> more = new LinkedHashSet<>(seen);
                            more.add(uri);
                            Set<Route> called = from(uri);
                            return !called.isEmpty()
                                    && called.stream().allMatch(route -> always(route.steps(), wanted, more));
                        });
    }
}
