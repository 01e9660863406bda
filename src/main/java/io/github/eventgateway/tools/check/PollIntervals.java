package io.github.eventgateway.tools.check;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that the waits of a consumer for one batch stay below its poll interval. The waits of called routes are
 * included, multiplied by the number of records after a split.
 */
final class PollIntervals implements Rule {

    private static final long DEFAULT_POLL_INTERVAL_MS = 300_000;
    private static final long DEFAULT_POLL_RECORDS = 500;
    private static final String CONCURRENT = "ConcurrentRequests";
    private static final Map<String, String> COMPUTED = Map.of(
            "delay",
            "this delay, so it can exceed maxPollIntervalMs: write milliseconds",
            "throttle",
            "the number of this throttle, so its waits can exceed maxPollIntervalMs: write a number");

    /** A condition of a loop that bounds its turns. */
    private static final Pattern COUNTED =
            Pattern.compile("\\$\\{exchangeProperty\\.CamelLoopIndex}\\s*<=?\\s*(?<turns>\\d{1,9})\\b");

    private final RouteSettings settings;

    PollIntervals(RouteSettings settings) {
        this.settings = settings;
    }

    /** A wait and its place. */
    private record Wait(double milliseconds, YamlNode at) {
        Wait times(double factor) {
            return new Wait(milliseconds * factor, at);
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Set<CalledRoutes.Route> reached = new HashSet<>();
        called.consumers().forEach(consumer -> reached.addAll(called.reached(consumer)));
        reached.forEach(route -> checkUnknown(route, report));
        for (CalledRoutes.Route consumer : called.consumers()) {
            routes.consumer(consumer.element()).ifPresent(from -> {
                double limit = milliseconds(settings.option(from, "maxPollIntervalMs"))
                        .orElse((double) DEFAULT_POLL_INTERVAL_MS);
                double records =
                        milliseconds(settings.option(from, "maxPollRecords")).orElse((double) DEFAULT_POLL_RECORDS);
                List<Wait> waits = waits(consumer.steps(), called, records, new HashSet<>())
                        .toList();
                double sum = sum(waits);
                if (sum >= limit) {
                    waits.stream()
                            .max((one, other) -> Double.compare(one.milliseconds(), other.milliseconds()))
                            .ifPresent(longest -> report.add(
                                    longest.at(),
                                    "the waits of " + consumer.element().id() + " for a batch "
                                            + (sum < Redeliveries.FOR_EVER
                                                    ? "take " + (long) sum + " ms"
                                                    : "may never end")
                                            + " with this one, longer than maxPollIntervalMs (" + (long) limit
                                            + " ms): the consumer would leave its group and read the same batch again and again;"
                                            + " shorten the waits, or set a smaller maxPollRecords"));
                }
            });
        }
    }

    /** The length of a computed wait is unknown before the message arrives. */
    private void checkUnknown(CalledRoutes.Route route, Report report) {
        route.all()
                .filter(step ->
                        COMPUTED.containsKey(step.kind()) && constant(step).isEmpty())
                .filter(step -> isComputed(step.node()))
                .filter(step -> !step.node().text("mode").equals(CONCURRENT))
                .forEach(step -> report.add(
                        step.key(),
                        "the message determines " + COMPUTED.get(step.kind())
                                + ", or the name of a setting in double braces"));
    }

    /** Returns whether it is neither a constant nor a parameter of a template, whose value is unknown here. */
    private boolean isComputed(YamlNode holder) {
        boolean byBean = holder.get("method")
                .or(() -> holder.get("expression").flatMap(expression -> expression.get("method")))
                .isPresent();
        return byBean
                || Written.of(holder)
                        .filter(written -> !settings.resolve(written.text()).contains("{{"))
                        .isPresent();
    }

    private static double sum(List<Wait> waits) {
        return waits.stream().mapToDouble(Wait::milliseconds).sum();
    }

    private Stream<Wait> waits(List<Step> steps, CalledRoutes called, double records, Set<String> open) {
        return steps.stream().flatMap(step -> waits(step, called, records, open));
    }

    private Stream<Wait> waits(Step step, CalledRoutes called, double records, Set<String> open) {
        if (step.kind().equals("delay")) {
            Stream<Wait> below =
                    step.branches().stream().flatMap(branch -> waits(branch.steps(), called, records, open));
            return Stream.concat(constant(step).map(time -> new Wait(time, step.key())).stream(), below);
        }
        Stream<Wait> own = ownWait(step).stream();
        double times =
                switch (step.kind()) {
                    case "split" -> records;
                    case "loop" -> turns(step);
                    default -> 1;
                };
        Stream<List<Wait>> branches = step.branches().stream()
                .map(branch -> waits(branch.steps(), called, records, open).toList());
        Stream<Wait> below = step.kind().equals("choice")
                ? branches.max(Comparator.comparing(PollIntervals::sum)).stream()
                        .flatMap(List::stream)
                : branches.flatMap(List::stream);
        Stream<Wait> away = step.calls(settings).stream()
                .flatMap(uri -> called.from(uri).stream()
                        .map(route -> waits(route, called, records, open).toList())
                        .max(Comparator.comparing(PollIntervals::sum))
                        .stream())
                .flatMap(List::stream);
        return Stream.of(own, below, away).flatMap(all -> all).map(wait -> wait.times(times));
    }

    /** Returns how often a loop repeats its steps at most. */
    private double turns(Step loop) {
        String condition = Written.of(loop.node())
                .map(written -> settings.resolve(written.text()))
                .orElse("");
        Matcher counted = COUNTED.matcher(condition);
        if (!condition.contains("||") && counted.find()) {
            return Double.parseDouble(counted.group("turns")) + 1;
        }
        return constant(loop).orElseGet(() -> isComputed(loop.node()) ? Redeliveries.FOR_EVER : 1.0);
    }

    /** Returns the wait of a step for its turn or for a message. */
    private Optional<Wait> ownWait(Step step) {
        Optional<Double> time =
                switch (step.kind()) {
                    case "throttle" ->
                        step.node().text("mode").equals(CONCURRENT)
                                ? Optional.empty()
                                : constant(step).map(most -> field(step, "timePeriodMillis", 1000) / Math.max(most, 1));
                    case "pollEnrich" -> Optional.of(field(step, "timeout", -1));
                    case "poll" -> Optional.of(field(step, "timeout", 20_000));
                    default -> Optional.empty();
                };
        return time.map(wait -> new Wait(wait < 0 ? Redeliveries.FOR_EVER : wait, step.key()));
    }

    private double field(Step step, String name, double without) {
        String written = step.node()
                .get(name)
                .map(node -> node.get("expression").orElse(node).text())
                .orElse("");
        return milliseconds(written).orElse(without);
    }

    private Stream<Wait> waits(CalledRoutes.Route route, CalledRoutes called, double records, Set<String> open) {
        if (!open.add(route.from())) {
            return Stream.empty();
        }
        Stream<Wait> retries = called.policies(route).stream()
                .flatMap(Routes::failures)
                .flatMap(this::retries)
                .filter(wait -> wait.milliseconds() > 0)
                .max((one, other) -> Double.compare(one.milliseconds(), other.milliseconds()))
                .stream();
        List<Wait> all = Stream.concat(retries, waits(route.steps(), called, records, open))
                .toList();
        open.remove(route.from());
        return all.stream();
    }

    private Stream<Wait> retries(Routes.Element failure) {
        Stream<Wait> whileTrue = failure.node().entries().stream()
                .filter(entry -> entry.name().equals("retryWhile"))
                .map(entry -> new Wait(Redeliveries.FOR_EVER, entry.key()));
        Stream<Wait> counted = failure.node().get("redeliveryPolicy").stream()
                .map(policy -> new Wait(
                        new Redeliveries(settings).waits(policy),
                        policy.get("maximumRedeliveries").orElse(policy)));
        return Stream.concat(whileTrue, counted);
    }

    private Optional<Double> constant(Step step) {
        return Written.of(step.node())
                .filter(written -> Set.of("constant", "simple").contains(written.language()))
                .flatMap(written -> milliseconds(written.text()));
    }

    private Optional<Double> milliseconds(String written) {
        return Redeliveries.number(settings.resolveFunctions(written));
    }
}
