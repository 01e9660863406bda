package io.github.eventgateway.tools.check;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Processor;

/** Checks that every bean in a route exists and has the called method with the same number of arguments. */
final class BeanReferences implements Rule {

    private static final Pattern IN_TEXT =
            Pattern.compile("#bean:([\\w.-]+)|\\$\\{bean:([\\w-]+)(?:(?:[.?]|::)(?:method=)?(\\w+))?");

    private final Beans beans;
    private final RouteSettings settings;

    BeanReferences(Beans beans, RouteSettings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        KnownBeans known = new KnownBeans(beans, routes);
        routes.files().stream().flatMap(YamlNode::all).forEach(node -> {
            Routes.elements(node).forEach(element -> checkElement(element, known, report));
            checkText(node, known, report);
        });
        BeanCall.of(routes, settings).forEach(call -> {
            if (!call.isType()
                    && call.beanAt().text().contains("{{")
                    && !call.bean().contains("{{")) {
                known.find(call.beanAt(), call.bean(), report);
            }
            known.type(call).ifPresent(type -> checkMethod(call, type, report));
        });
        routes.steps().forEach(step -> checkComputed(step, known, report));
        routes.endpoints().stream()
                .filter(endpoint -> endpoint.scheme().equals("bean")
                        && endpoint.parameter("method").isEmpty()
                        && !endpoint.uri().contains("?"))
                .forEach(endpoint -> checkUnnamed(
                        endpoint.at(), known.find(endpoint.at(), name(endpoint.uri(), settings), report), report));
        routes.endpoints().stream()
                .filter(endpoint -> settings.resolve(endpoint.uri()).matches("(jdbc|bean|ref):.*"))
                .forEach(endpoint -> known.find(endpoint.at(), name(endpoint.uri(), settings), report));
    }

    private static String name(String written, RouteSettings settings) {
        String uri = settings.resolve(written);
        return uri.replaceFirst("^\\w+:", "").replaceFirst("\\?.*", "");
    }

    private void checkElement(Routes.Element element, KnownBeans known, Report report) {
        switch (element.kind()) {
            case "bean", "method" ->
                element.node().get("ref").ifPresent(ref -> {
                    Optional<Class<?>> type = known.find(ref, settings.resolve(ref.text()), report);
                    if (element.node().text("method").isEmpty()) {
                        checkUnnamed(ref, type, report);
                    }
                });
            case "expression" ->
                element.node().get("ref").ifPresent(ref -> {
                    YamlNode name = ref.get("expression").orElse(ref);
                    known.find(name, settings.resolve(name.text()), report);
                });
            default -> {}
        }
    }

    /** Checks the endpoints that a step computes. */
    private void checkComputed(Routes.Element step, KnownBeans known, Report report) {
        if (step.node().get("uri").isEmpty() && !step.node().isScalar()) {
            YamlNode at = Written.of(step.node()).map(Written::at).orElse(step.key());
            new Step(step.kind(), step.key(), step.node(), List.of())
                    .calls(settings).stream()
                            .filter(uri -> uri.startsWith("bean:"))
                            .forEach(uri -> known.find(at, name(uri, settings), report));
        }
    }

    /** If a call names no method, and the bean has several, Camel chooses one by the body at run time, or none. */
    private static void checkUnnamed(YamlNode at, Optional<Class<?>> type, Report report) {
        type.filter(found -> !Processor.class.isAssignableFrom(found)).ifPresent(found -> {
            Set<String> names = names(found);
            if (names.size() > 1) {
                report.add(
                        at,
                        "this call names no method, and the bean has several: write method, one of "
                                + names.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private void checkText(YamlNode node, KnownBeans known, Report report) {
        Matcher named = IN_TEXT.matcher(settings.resolve(node.text()));
        while (named.find()) {
            String name = named.group(1) == null ? named.group(2) : named.group(1);
            Optional<Class<?>> type = known.find(node, name, report);
            if (named.group(3) != null) {
                BeanCall call = new BeanCall(name, false, node, node, named.group(3));
                type.filter(found -> call.methods(found).isEmpty())
                        .ifPresent(found -> reportMethod(call, node.place(call.name()), found, report));
            }
        }
    }

    private static void checkMethod(BeanCall call, Class<?> type, Report report) {
        if (call.name().contains("{{")) {
            return;
        }
        List<Method> methods = call.methods(type);
        if (methods.isEmpty()) {
            reportMethod(call, call.place(), type, report);
        } else if (call.method().contains("(")) {
            checkArguments(call, methods, report);
        } else if (methods.stream().collect(Collectors.groupingBy(Method::getParameterCount)).values().stream()
                .anyMatch(alike -> alike.size() > 1)) {
            report.add(
                    call.at(),
                    "the bean " + call.bean() + " has several methods " + call.name()
                            + " of as many arguments, and Camel cannot choose: write the arguments, such as "
                            + call.name() + "(${body})");
        }
    }

    private static void reportMethod(BeanCall call, Place at, Class<?> type, Report report) {
        report.add(
                at,
                "the bean " + call.bean() + " has no public method " + call.name(),
                Nearest.to(call.name(), names(type)));
    }

    private static void checkArguments(BeanCall call, List<Method> methods, Report report) {
        if (!call.hasArguments()) {
            report.add(call.at(), "the call " + call.method() + " has no closing parenthesis");
            return;
        }
        int given = call.arguments().size();
        if (methods.stream().noneMatch(method -> BeanCall.takes(method, given))) {
            String name = call.name();
            String wanted = methods.stream()
                    .map(method -> Arrays.stream(method.getParameters())
                            .map(parameter -> parameter.getType().getSimpleName() + " " + parameter.getName())
                            .collect(Collectors.joining(", ", name + "(", ")")))
                    .sorted()
                    .collect(Collectors.joining(" or "));
            report.add(
                    call.place(),
                    "the bean " + call.bean() + " has no method " + name + " of " + given
                            + (given == 1 ? " argument: " : " arguments: ") + wanted,
                    "");
        }
    }
}
