package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a route runs wherever another route calls it, and that its error policies apply. Otherwise each call
 * fails, or nothing is retried.
 */
final class StoppedRoutes implements Rule {

    private final RouteSettings settings;
    private final SwitchedOff switchedOff;

    StoppedRoutes(RouteSettings settings) {
        this.settings = settings;
        this.switchedOff = new SwitchedOff(settings);
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        for (CalledRoutes.Route route : called.all()) {
            for (Map<String, String> values : routes.uses(route.element())) {
                if (!switchedOff.test(route.element(), values)) {
                    checkCalls(route, values, called, routes, report);
                    checkPolicies(route, called, report);
                }
            }
        }
    }

    private void checkCalls(
            CalledRoutes.Route route, Map<String, String> values, CalledRoutes called, Routes routes, Report report) {
        Set<String> roles = switchedOff.roles(route.element(), values);
        String caller = route.element().id();
        for (CalledRoutes.Route other : called.reached(route, values)) {
            List<Map<String, String>> uses = routes.uses(other.element());
            String id = other.element().id();
            if (other.equals(route) || uses.isEmpty()) {
                continue;
            }
            YamlNode at = SwitchedOff.condition(other.element());
            if (uses.stream().allMatch(use -> switchedOff.test(other.element(), use))) {
                report.add(at, id + " never runs, but " + caller + " calls it: each call fails; remove this condition");
            } else if (uses.stream().noneMatch(use -> roles.containsAll(switchedOff.roles(other.element(), use)))) {
                report.add(
                        at,
                        id + " does not run on each instance that runs " + caller
                                + ", which calls it: give both the same condition");
            }
        }
    }

    private void checkPolicies(CalledRoutes.Route route, CalledRoutes called, Report report) {
        for (Routes.Element policy : called.policies(route)) {
            if (switchedOff.test(policy)) {
                report.add(
                        policy.node().get("precondition").orElse(policy.key()),
                        policy.id() + " never applies, but " + route.element().id()
                                + " names it: remove the precondition");
            }
        }
    }
}
