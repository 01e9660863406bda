package io.github.eventgateway.tools.check;

import io.github.eventgateway.kafka.Offsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.support.PatternHelper;

/** Checks that a Kafka consumer commits once, as its last step, on every path through the route. */
final class Commits implements Rule {

    private static final String WANTED =
            "end the route with a bean step, ref offsets and method commit(${exchangeProperty.batch})";
    private static final String OFFSET =
            "the commit must be the last step at the top level of the consumer's route, reached on every path";
    private static final Pattern COMMIT = Pattern.compile("\\$\\{[^}]*\\.\\??commit(Sync|Async)?(\\(\\s*\\))?\\s*}");
    private static final Set<String> BEANS = Set.of("offsets", "#offsets", "#bean:offsets", Offsets.class.getName());
    private static final Pattern COMMIT_OF_BEAN = Pattern.compile("\\s*commit\\b.*");
    private static final Pattern COMMIT_OF_SOME = Pattern.compile("\\s*commitUpTo\\b.*");
    private static final Pattern COMMIT_IN_TEXT =
            Pattern.compile("\\$\\{bean:offsets(?:[.?]|::)(?:method=)?commit(?:UpTo)?\\b");
    private static final Pattern MANUAL_COMMIT = Pattern.compile("CamelKafkaManualCommit\\W|^CamelKafkaManualCommit$");
    private static final Pattern KEPT_IN = Pattern.compile("exchangeProperty[.:\\[]'?([\\w-]+)");
    private static final Set<String> KINDS =
            Set.of("bean", "to", "setBody", "transform", "setProperty", "setVariable", "setHeader");
    /** Steps that may follow: they cannot make committed work fail. */
    private static final Set<String> HARMLESS = Set.of(
            "log", "stop", "removeHeader", "removeHeaders", "removeProperty", "removeProperties", "removeVariable");
    /** Steps whose inner steps get copies of the exchange. A stop in them does not end the route. */
    private static final Set<String> APART = Set.of("split", "multicast", "recipientList", "wireTap", "aggregate");

    private final RouteSettings settings;

    Commits(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        called.consumers().forEach(consumer -> {
            checkConsumer(consumer, report);
            checkEnds(consumer, called, report);
        });
        for (CalledRoutes.Route route : called.all()) {
            List<Step> top = route.isConsumer() ? route.steps() : List.of();
            Set<Step> right = new HashSet<>(top);
            route.all()
                    .filter(step -> isCommit(step) && !right.contains(step))
                    .forEach(step -> report.add(commit(step), misplaced(route, step)));
        }
        called.all().forEach(route -> checkSome(route.steps(), report));
        routes.top("routeConfiguration").stream()
                .flatMap(called::steps)
                .filter(Commits::isCommit)
                .forEach(step -> report.add(
                        commit(step), "an error policy commits failed records, which are then lost: " + OFFSET));
        Texts.of(routes)
                .filter(text -> MANUAL_COMMIT.matcher(text.text()).find())
                .forEach(text -> report.add(
                        text.place("CamelKafkaManualCommit"),
                        "Camel's own commit covers only one of several partitions: " + WANTED,
                        ""));
    }

    private static String misplaced(CalledRoutes.Route route, Step commit) {
        if (!route.isConsumer()) {
            return "the commit is in a route that does not read from Kafka, so its callers commit before "
                    + "they have finished: "
                    + OFFSET;
        }
        String around = route.steps().stream()
                .filter(step -> step.all().anyMatch(commit::equals))
                .map(Step::kind)
                .findFirst()
                .orElse("step");
        return "the commit is inside " + around + ", which does not run exactly once for every batch: " + OFFSET;
    }

    private static void checkConsumer(CalledRoutes.Route consumer, Report report) {
        List<Step> steps = consumer.steps();
        if (consumer.all().noneMatch(Commits::isCommit)) {
            report.add(
                    consumer.element().key(),
                    "this consumer never commits, so each start reads all records again: " + WANTED);
        }
        for (int i = 0; i < steps.size(); i++) {
            if (isCommit(steps.get(i))) {
                checkCommit(steps, i, report);
            }
        }
    }

    private static void checkCommit(List<Step> steps, int at, Report report) {
        Step commit = steps.get(at);
        steps.subList(at + 1, steps.size()).stream()
                .filter(step -> !HARMLESS.contains(step.kind()) || isCommit(step))
                .findFirst()
                .ifPresent(next -> report.add(
                        commit(commit),
                        "the commit is before " + next.kind() + " in line "
                                + next.key().line() + ", and records that fail there are lost: " + OFFSET));
        checkKept(steps.subList(0, at), commit, report);
        if (!KINDS.contains(commit.kind())) {
            report.add(
                    commit(commit),
                    "a commit in " + commit.kind() + " does not happen for every " + "batch: " + WANTED);
        }
        Matcher kept = KEPT_IN.matcher(commit(commit).text());
        Set<String> names = steps.stream()
                .filter(step -> step.kind().equals("setProperty"))
                .map(step -> step.node().text("name"))
                .collect(Collectors.toSet());
        if (kept.find() && !names.contains(kept.group(1))) {
            String nearest = Nearest.to(kept.group(1), names);
            if (!nearest.isEmpty()) {
                report.add(
                        commit(commit).place(kept.group(1)),
                        "no step sets the property " + kept.group(1) + ", so this commits nothing",
                        nearest);
            }
        }
    }

    /** Checks that the property with the batch exists at the commit, and still has the batch. */
    private static void checkKept(List<Step> before, Step commit, Report report) {
        Matcher kept = KEPT_IN.matcher(commit(commit).text());
        if (!kept.find()) {
            return;
        }
        String name = kept.group(1);
        boolean isSet = false;
        for (Step step : before) {
            if (isSet && step.all().anyMatch(one -> isSetting(one, name) || isForgetting(one, name))) {
                report.add(
                        step.key(),
                        "this step removes the batch from the property " + name + ", so the commit in line "
                                + commit(commit).line()
                                + " fails or commits something else: do not change the property");
            }
            isSet |= isSetting(step, name);
        }
    }

    private static boolean isSetting(Step step, String name) {
        return step.kind().equals("setProperty") && step.node().text("name").equals(name);
    }

    private static boolean isForgetting(Step step, String name) {
        return step.kind().equals("removeProperty") && step.node().text("name").equals(name)
                || step.kind().equals("removeProperties")
                        && PatternHelper.matchPattern(name, step.node().text("pattern"))
                        && !PatternHelper.matchPattern(name, step.node().text("excludePattern"));
    }

    /** A commit up to one record must follow the dead letter of this record. */
    private void checkSome(List<Step> steps, Report report) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            step.branches().forEach(branch -> checkSome(branch.steps(), report));
            Optional<YamlNode> some = call(step, COMMIT_OF_SOME);
            boolean isDead = steps.subList(0, i).stream()
                    .flatMap(one -> one.calls(settings).stream())
                    .anyMatch(SwallowedFailures::isDeadLetter);
            if (some.isPresent() && !isDead) {
                report.add(
                        some.get(),
                        "commitUpTo commits a record that may not be processed yet: put it after the step to"
                                + " direct:dead-letter-records");
            }
        }
    }

    /** Returns a step that ends the route without a failure before its commit. */
    private void checkEnds(CalledRoutes.Route consumer, CalledRoutes called, Report report) {
        List<Step> steps = consumer.steps();
        int last = -1;
        for (int i = 0; i < steps.size(); i++) {
            last = isCommit(steps.get(i)) ? i : last;
        }
        if (last < 0) {
            return;
        }
        ends(steps.subList(0, last), called, new HashSet<>())
                .forEach(end -> report.add(
                        end.key(),
                        end.kind() + " ends the route of " + consumer.element().id()
                                + " before its commit: put the steps that such a batch skips into a "
                                + "filter or a choice; " + OFFSET));
    }

    private Stream<Step> ends(List<Step> steps, CalledRoutes called, Set<CalledRoutes.Route> seen) {
        return steps.stream().filter(step -> !APART.contains(step.kind())).flatMap(step -> {
            Stream<Step> self = isEnd(step) ? Stream.of(step) : Stream.empty();
            Stream<Step> below = step.branches().stream().flatMap(branch -> ends(branch.steps(), called, seen));
            Stream<Step> away = step.calls(settings).stream()
                    .flatMap(uri -> called.from(uri).stream())
                    .filter(seen::add)
                    .flatMap(route -> ends(route.steps(), called, seen));
            return Stream.of(self, below, away).flatMap(some -> some);
        });
    }

    private boolean isEnd(Step step) {
        return isEnd(step, settings);
    }

    /** Returns whether a step ends the route without a failure. */
    static boolean isEnd(Step step, RouteSettings settings) {
        return step.kind().equals("stop")
                || step.kind().equals("sample")
                || step.kind().equals("rollback") && isSilent(step, settings);
    }

    /** Returns whether a rollback throws nothing. */
    static boolean isSilent(Step rollback, RouteSettings settings) {
        return rollback.isSet("markRollbackOnly", settings) || rollback.isSet("markRollbackOnlyLast", settings);
    }

    private static boolean isCommit(Step step) {
        return call(step, COMMIT_OF_BEAN).isPresent() || isCommitExpression(step);
    }

    /** Returns the method of a step that calls the bean for commits. */
    private static Optional<YamlNode> call(Step step, Pattern method) {
        boolean endpoint = step.kind().equals("to") && Routes.uri(step.node()).equals("bean:offsets");
        Stream<YamlNode> calls = endpoint
                ? step.node().get("parameters").flatMap(call -> call.get("method")).stream()
                : calls(step.node());
        return calls.filter(call -> method.matcher(call.text()).matches()).findFirst();
    }

    private static Stream<YamlNode> calls(YamlNode node) {
        boolean ofOffsets = BEANS.contains(node.text("ref")) || BEANS.contains(node.text("beanType"));
        Stream<YamlNode> own = ofOffsets ? node.get("method").stream() : Stream.empty();
        Stream<YamlNode> below = node.entries().stream()
                .filter(entry -> !Step.isBranch(entry.name()))
                .flatMap(entry -> calls(entry.value()));
        return Stream.concat(own, below);
    }

    private static boolean isCommitExpression(Step step) {
        return step.texts().anyMatch(Commits::isCommit)
                && !Written.of(step.node())
                        .filter(written -> written.language().equals("constant"))
                        .isPresent();
    }

    private static boolean isCommit(YamlNode text) {
        return COMMIT.matcher(text.text()).find()
                || COMMIT_IN_TEXT.matcher(text.text()).find();
    }

    private static YamlNode commit(Step step) {
        return call(step, COMMIT_OF_BEAN)
                .or(() -> step.texts().filter(Commits::isCommit).findFirst())
                .orElse(step.key());
    }
}
