package io.github.eventgateway.tools.check;

import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that the steps of a consumer use only fields that their body has. After {@code kafka:} the body is a batch of
 * records, which has no fields of an event, so such a step would fail for every batch.
 */
final class BatchBodies implements Rule {

    private static final Pattern MEMBER = Pattern.compile(
            "\\$(?:simple)?\\{(?:in\\.)?body\\??(?:\\.(?<name>\\w+)|\\[\\s*['\"]?(?<key>[A-Za-z_][\\w-]*))");
    private static final Set<String> KEYS_OF_LISTS = Set.of("last");
    /** The bodies with known members, and their names in messages. */
    private static final List<Known> KNOWN = List.of(
            new Known(PolledBatch.class, "a batch of records"),
            new Known(PolledRecord.class, "a record as bytes"),
            new Known(RejectedRecord.class, "a rejected record"),
            new Known(List.class, "a list"));
    /** Steps that do not change the body, unless their inner steps do. */
    private static final Set<String> KEEP = Set.of(
            "setProperty",
            "setHeader",
            "setHeaders",
            "setVariable",
            "setVariables",
            "removeHeader",
            "removeHeaders",
            "removeProperty",
            "removeProperties",
            "removeVariable",
            "log",
            "delay",
            "throttle",
            "validate",
            "wireTap",
            "filter",
            "choice",
            "doTry",
            "loop",
            "pipeline",
            "step",
            "idempotentConsumer");

    private static final String WRITE =
            " and this fails for every batch: write the step into the direct: route of a handler, where the body is one event"
                    + " (event-gateway new route)";

    private final Beans beans;
    private final RouteSettings settings;

    BatchBodies(Beans beans, RouteSettings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    private record Known(Class<?> type, String words) {}

    /** The routes and the report of one check. */
    private record Walk(CalledRoutes called, KnownBeans known, Set<String> open, Report report) {}

    @Override
    public void check(Routes routes, Report report) {
        CalledRoutes called = routes.called(settings);
        Walk walk = new Walk(called, new KnownBeans(beans, routes), new HashSet<>(), report);
        called.consumers().forEach(consumer -> after(consumer.steps(), Optional.of(List.class), walk));
    }

    /** Checks the steps, which begin with this body, and returns the body after them; empty if unknown. */
    private Optional<Type> after(List<Step> steps, Optional<Type> body, Walk walk) {
        Optional<Type> now = body;
        for (Step step : steps) {
            Optional<Type> before = now;
            before.flatMap(BatchBodies::known).ifPresent(known -> checkStep(step, known, walk.report()));
            now = after(step, before, walk);
        }
        return now;
    }

    private Optional<Type> after(Step step, Optional<Type> body, Walk walk) {
        Optional<Type> inside = step.kind().equals("split") ? element(step, body, walk) : body;
        boolean kept = true;
        for (Step.Branch branch : step.branches()) {
            boolean afterFailure = Set.of("doCatch", "doFinally").contains(branch.kind());
            if (branch.kind().equals("when")) {
                body.flatMap(BatchBodies::known).ifPresent(known -> Step.texts(branch.node())
                        .forEach(text -> checkText(text, known, walk.report())));
            }
            Optional<Type> begin = afterFailure ? Optional.empty() : inside;
            Optional<Type> end = after(branch.steps(), begin, walk);
            kept &= end.equals(begin);
        }
        step.calls(settings).forEach(uri -> away(uri, body, walk));
        if (step.kind().equals("split")) {
            return step.node().text("aggregationStrategy").isBlank() ? body : Optional.empty();
        }
        if (KEEP.contains(step.kind())) {
            return kept ? body : Optional.empty();
        }
        return replaced(step, body, walk);
    }

    /** Called routes get the same body. */
    private void away(String uri, Optional<Type> body, Walk walk) {
        if (body.isPresent() && walk.open().add(uri)) {
            walk.called().from(uri).forEach(route -> after(route.steps(), body, walk));
            walk.open().remove(uri);
        }
    }

    /** Returns the new body after a step. */
    private Optional<Type> replaced(Step step, Optional<Type> body, Walk walk) {
        if (step.kind().equals("convertBodyTo")) {
            return KnownBeans.type(step.node().text("type")).map(type -> type);
        }
        boolean bean = step.kind().equals("bean");
        if (!bean && !Routes.uri(step.node()).startsWith("bean:")) {
            return Optional.empty();
        }
        YamlNode call = bean ? step.node() : step.node().get("parameters").orElse(step.node());
        String name = bean ? call.text("ref") : Routes.uri(step.node()).substring("bean:".length());
        Optional<Type> returned = returned(name, call.text("method"), walk);
        return returned.filter(void.class::equals).isPresent() ? body : returned;
    }

    /** Returns the body of the inner steps of a split. */
    private Optional<Type> element(Step split, Optional<Type> body, Walk walk) {
        YamlNode expression = split.node().get("expression").orElse(split.node());
        Optional<Type> whole = expression
                .get("method")
                .map(method -> returned(method.text("ref"), method.text("method"), walk))
                .orElseGet(
                        () -> Written.of(split.node()).map(Written::text).flatMap(text -> ofBody(text.strip(), body)));
        return whole.filter(ParameterizedType.class::isInstance)
                .map(type -> ((ParameterizedType) type).getActualTypeArguments())
                .filter(arguments -> arguments.length == 1)
                .map(arguments -> arguments[0]);
    }

    private static Optional<Type> ofBody(String text, Optional<Type> body) {
        if (text.equals("${body}")) {
            return body;
        }
        return body.map(BatchBodies::raw)
                .filter(type -> text.matches("\\$\\{body\\.\\w+}"))
                .flatMap(type -> Arrays.stream(type.getMethods())
                        .filter(method -> method.getName().equals(text.replaceAll("^..body\\.|}$", "")))
                        .filter(method -> method.getParameterCount() == 0)
                        .findFirst())
                .map(Method::getGenericReturnType);
    }

    private Optional<Type> returned(String bean, String method, Walk walk) {
        BeanCall call = new BeanCall(bean.replaceFirst("^#(bean:)?", ""), false, null, null, settings.resolve(method));
        Set<Type> types = walk.known().type(call).stream()
                .flatMap(type -> call.methods(type).stream())
                .map(Method::getGenericReturnType)
                .collect(Collectors.toSet());
        return types.size() == 1 ? types.stream().findFirst() : Optional.empty();
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType of
                ? (Class<?>) of.getRawType()
                : type instanceof Class<?> one ? one : Object.class;
    }

    private static Optional<Known> known(Type type) {
        return KNOWN.stream().filter(one -> one.type().equals(raw(type))).findFirst();
    }

    private static void checkStep(Step step, Known body, Report report) {
        step.texts().forEach(text -> checkText(text, body, report));
        Written.of(step.node())
                .filter(written -> written.language().equals("jsonpath"))
                .ifPresent(written -> report.add(
                        written.at(), "the body is " + body.words() + " here, which jsonpath does not read," + WRITE));
    }

    private static void checkText(YamlNode text, Known body, Report report) {
        Matcher member = MEMBER.matcher(text.text());
        while (member.find()) {
            String name = member.group("name");
            String key = member.group("key");
            boolean isThere = name == null
                    ? body.type().equals(List.class) && KEYS_OF_LISTS.contains(key)
                    : hasMember(body.type(), name);
            if (!isThere) {
                report.add(
                        text.place(member.group()),
                        "the body is " + body.words() + " here, which has no " + (name == null ? key : name) + ","
                                + WRITE,
                        "");
            }
        }
    }

    private static boolean hasMember(Class<?> type, String name) {
        String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        return Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(Object.class.getMethods()))
                .map(Method::getName)
                .anyMatch(method ->
                        method.equals(name) || method.equals("get" + capital) || method.equals("is" + capital));
    }
}
