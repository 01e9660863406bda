package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that a failure in a consumer is thrown or dead-lettered. Otherwise the offset of the failed record would be
 * committed.
 */
final class SwallowedFailures implements Rule {

    private static final String WANTED =
            "end every path of it with to direct:dead-letter-records, or throw the failure again";
    private static final Set<String> DEAD_LETTERS = Set.of(
            "direct:dead-letter-records",
            "direct:dead-letter-record",
            "direct:send-dead-letters",
            "direct:dead-letter-event");

    private final RouteSettings settings;

    SwallowedFailures(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<CalledRoutes.Route> reached = new HashSet<>();
        called.consumers().forEach(consumer -> reached.addAll(called.reached(consumer)));
        Set<CalledRoutes.Route> handlers = called.handlers(routes);
        for (CalledRoutes.Route route : reached) {
            boolean isHandler = handlers.contains(route);
            route.all().forEach(step -> checkStep(step, isHandler, called, report));
            // The error policy of the consumer itself must not handle any failure. KafkaConsumers checks this.
            if (!route.isConsumer()) {
                called.policies(route).stream()
                        .flatMap(Routes::failures)
                        .forEach(failure -> checkFailure(failure, isHandler, called, report));
            }
        }
    }

    private void checkStep(Step step, boolean isHandler, CalledRoutes called, Report report) {
        for (Step.Branch caught : step.branches("doCatch")) {
            if (!passesOn(caught.steps(), isHandler, called)) {
                report.add(
                        caught.node(),
                        "this doCatch hides the failure, and the consumer commits the offset of the "
                                + "failed record: " + wanted(isHandler));
            }
        }
        for (Step.Branch fallback : step.branches("onFallback")) {
            if (!passesOn(fallback.steps(), isHandler, called)) {
                report.add(
                        step.keyOf("onFallback"),
                        "this fallback hides the failure, and the consumer commits the offset of the "
                                + "failed record: " + wanted(isHandler));
            }
        }
        if (step.kind().equals("idempotentConsumer")
                && settings.resolve(step.node().text("removeOnFailure")).equals("false")) {
            report.add(
                    step.keyOf("removeOnFailure"),
                    "with removeOnFailure false a failed record is skipped when it is read again: remove"
                            + " removeOnFailure");
        }
        boolean gathers = Set.of("split", "multicast", "recipientList").contains(step.kind())
                && !step.node().text("aggregationStrategy").isBlank();
        if (gathers && !step.isSet("stopOnException", settings)) {
            report.add(
                    step.keyOf("aggregationStrategy"),
                    "an aggregationStrategy can drop a failure, and the consumer commits the offset of the failed record:"
                            + " set stopOnException to true");
        }
        step.node()
                .get("parameters")
                .flatMap(parameters -> parameters.get("failIfNoConsumers"))
                .filter(fails -> settings.resolve(fails.text()).equals("false"))
                .ifPresent(fails -> report.add(
                        fails,
                        "failIfNoConsumers false ignores a route that does not run, and the consumer commits the"
                                + " offset of the record: remove it"));
        for (String field : List.of("ignoreInvalidEndpoint", "ignoreInvalidEndpoints")) {
            if (step.isSet(field, settings)) {
                report.add(
                        step.keyOf(field),
                        field + " ignores failed sends, and the consumer commits the offset of the "
                                + "failed record: remove it");
            }
        }
    }

    private void checkFailure(Routes.Element failure, boolean isHandler, CalledRoutes called, Report report) {
        for (String word : List.of("handled", "continued")) {
            failure.node().entries().stream()
                    .filter(entry -> entry.name().equals(word))
                    .filter(entry ->
                            entry.value().all().noneMatch(node -> node.text().equals("false")))
                    .filter(entry -> !passesOn(Step.below(failure.node(), settings), isHandler, called))
                    .forEach(entry -> report.add(
                            entry.key(),
                            word + " in the error policy of a route that a consumer calls hides the "
                                    + "failure, and the consumer commits the offset of the failed "
                                    + "record: remove " + word + ", or " + wanted(isHandler)));
        }
    }

    private static String wanted(boolean isHandler) {
        return isHandler ? HandlerDeadLetters.WANTED : WANTED;
    }

    /** Returns whether all paths report the failure. A handler may only throw it. */
    private boolean passesOn(List<Step> steps, boolean isHandler, CalledRoutes called) {
        return called.always(
                steps,
                step -> step.kind().equals("throwException")
                        || step.kind().equals("rollback") && !Commits.isSilent(step, settings)
                        || !isHandler && step.calls(settings).stream().anyMatch(SwallowedFailures::isDeadLetter));
    }

    /** Returns whether dead letters are sent to this endpoint. */
    static boolean isDeadLetter(String uri) {
        return DEAD_LETTERS.contains(uri)
                || uri.startsWith("kafka:") && uri.matches("kafka:topic-of-each-dead-letter|.*\\.dlq");
    }
}
