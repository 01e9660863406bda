package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks that all work is finished when a consumer commits: no step of its routes runs detached or on other threads.
 */
final class UnfinishedWork implements Rule {

    private static final String LOST = ": unfinished work is lost if the gateway ends after the commit; ";
    /** The steps, and their replacements. */
    private static final Map<String, String> STEPS = Map.of(
            "wireTap", "call the endpoint with to",
            "threads", "remove threads, and set consumersCount for more consumers",
            "aggregate", "the consumer reads in batches already: set maxPollRecords",
            "resequence", "remove it: a partition is already in order",
            "saga", "remove it, and make each step repeatable by the id of the event",
            "kamelet", "write the steps as a direct: route");

    private static final Set<String> QUEUES = Set.of(
            "seda",
            "vm",
            "disruptor",
            "disruptor-vm",
            "stub",
            "kamelet",
            "hazelcast-seda",
            "spring-event",
            "guava-eventbus");
    private static final Set<String> PARALLEL = Set.of("split", "multicast", "recipientList");
    private static final Set<String> HARMLESS =
            Set.of("log", "removeHeader", "removeHeaders", "removeProperty", "removeProperties");

    private final RouteSettings settings;

    UnfinishedWork(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<CalledRoutes.Route> reached = new HashSet<>();
        called.consumers().forEach(consumer -> reached.addAll(called.reached(consumer)));
        Set<CalledRoutes.Route> handlers = called.handlers(routes);
        for (CalledRoutes.Route route : reached) {
            route.all().forEach(step -> check(step, report));
            boolean isHandler = handlers.contains(route);
            for (Routes.Element policy : called.policies(route)) {
                checkCompletions(policy, report);
                Stream<Step> failed = Routes.failures(policy)
                        .filter(failure -> isHandler || !route.isConsumer() && goesOn(failure))
                        .flatMap(failure -> called.steps(Stream.of(failure)));
                Stream.concat(called.steps(Routes.interceptors(policy)), failed).forEach(step -> check(step, report));
            }
        }
    }

    /** Returns whether the consumer commits after this failure. */
    private static boolean goesOn(Routes.Element failure) {
        return Stream.of("handled", "continued")
                .flatMap(word -> failure.node().get(word).stream())
                .anyMatch(handled -> handled.all().noneMatch(node -> node.text().equals("false")));
    }

    private void check(Step step, Report report) {
        if (STEPS.containsKey(step.kind())) {
            report.add(
                    step.key(), step.kind() + " continues while the consumer commits" + LOST + STEPS.get(step.kind()));
        }
        for (String uri : step.calls(settings)) {
            String scheme = uri.replaceFirst(":.*", "");
            if (QUEUES.contains(scheme) && !waits(step)) {
                report.add(
                        step.node().get("uri").orElse(step.key()),
                        scheme + ": puts the message into a queue in memory" + LOST + "call a direct: route");
            }
        }
        if (PARALLEL.contains(step.kind())) {
            checkParallel(step, report);
        } else if (step.isSet("asyncDelayed", settings)) {
            report.add(
                    step.keyOf("asyncDelayed"),
                    step.kind() + " continues on another thread" + LOST + "set asyncDelayed to false");
        }
    }

    private void checkParallel(Step step, Report report) {
        for (String field : List.of("parallelProcessing", "parallelAggregate")) {
            if (step.isSet(field, settings)) {
                report.add(step.keyOf(field), message(step, field));
            }
        }
        for (String field : List.of("executorService", "timeout")) {
            String value = settings.resolve(step.node().text(field));
            if (!value.isBlank() && !value.equals("0")) {
                report.add(step.keyOf(field), message(step, field));
            }
        }
    }

    private static String message(Step step, String field) {
        return step.kind() + " with " + field + " uses several threads" + LOST + "leave " + field + " out";
    }

    /** Returns whether the caller waits for the answer. */
    private boolean waits(Step step) {
        return step.node()
                .get("parameters")
                .map(parameters -> settings.resolve(parameters.text("waitForTaskToComplete")))
                .filter("Always"::equals)
                .isPresent();
    }

    private void checkCompletions(Routes.Element policy, Report report) {
        Routes.clauses(policy, "onCompletion")
                .filter(completion -> Step.below(completion.node(), settings).stream()
                        .anyMatch(step -> !HARMLESS.contains(step.kind())))
                .forEach(completion -> report.add(
                        completion.key(),
                        "onCompletion runs after the commit" + LOST
                                + "put its steps into the route before the commit"));
    }
}
