package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that routes do not call each other by {@code direct:} endlessly. A call inside a condition may end the cycle.
 */
final class DirectCycles implements Rule {

    private static final Set<String> CONDITIONAL = Set.of("filter", "idempotentConsumer");

    private final RouteSettings settings;

    DirectCycles(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<Set<String>> reported = new HashSet<>();
        for (String direct : called.directs()) {
            List<String> circle = circle(direct, called);
            if (!circle.isEmpty() && reported.add(Set.copyOf(circle))) {
                report.add(
                        place(calls(direct, called).get(circle.get(1))),
                        String.join(" calls ", circle)
                                + " without end: call it under a condition that becomes false, or use loop");
            }
        }
    }

    private static YamlNode place(Step step) {
        return step.node().get("uri").orElse(step.key());
    }

    /** Returns the shortest cycle through this route; empty without one. */
    private List<String> circle(String first, CalledRoutes called) {
        List<List<String>> open = new ArrayList<>(List.of(List.of(first)));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            List<String> way = open.remove(0);
            for (String next : calls(way.get(way.size() - 1), called).keySet()) {
                List<String> farther = new ArrayList<>(way);
                farther.add(next);
                if (next.equals(first)) {
                    return farther;
                }
                if (seen.add(next)) {
                    open.add(farther);
                }
            }
        }
        return List.of();
    }

    /** Returns the routes that a route always calls, or calls on failure, and the calling steps. */
    private Map<String, Step> calls(String direct, CalledRoutes called) {
        CalledRoutes.Route route = called.from(direct).iterator().next();
        Map<String, Step> calls = new LinkedHashMap<>(calls(route.steps()));
        called.policies(route).stream().flatMap(called::steps).forEach(step -> calls(List.of(step))
                .forEach(calls::putIfAbsent));
        Map<String, Step> known = new LinkedHashMap<>();
        calls.forEach((uri, step) -> called.called(direct, uri).forEach(next -> known.putIfAbsent(next, step)));
        return known;
    }

    private Map<String, Step> calls(List<Step> steps) {
        Map<String, Step> calls = new LinkedHashMap<>();
        for (Step step : steps) {
            step.calls(settings).forEach(uri -> calls.putIfAbsent(uri, step));
            if (step.kind().equals("choice")) {
                calls(step).forEach(calls::putIfAbsent);
            } else if (!CONDITIONAL.contains(step.kind())) {
                step.branches().forEach(branch -> calls(branch.steps()).forEach(calls::putIfAbsent));
            }
        }
        return calls;
    }

    /** Returns the calls that occur in all branches of a choice. */
    private Map<String, Step> calls(Step choice) {
        if (choice.branches("otherwise").isEmpty()) {
            return Map.of();
        }
        List<Map<String, Step>> all =
                choice.branches().stream().map(branch -> calls(branch.steps())).toList();
        Map<String, Step> common = new LinkedHashMap<>(all.get(0));
        Set<String> in = all.stream().map(Map::keySet).reduce(common.keySet(), (one, other) -> one.stream()
                .filter(other::contains)
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        common.keySet().retainAll(in);
        return common;
    }
}
