package io.github.eventgateway.check;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.util.ClassUtils;

/** Every bean that a route names is there, and has the method that the route calls, with as many arguments. */
final class BeanReferences implements Rule {

    private static final Pattern IN_TEXT =
            Pattern.compile("#bean:([\\w.-]+)|\\$\\{bean:([\\w-]+)(?:[.?](?:method=)?(\\w+))?");
    private static final Set<String> TAKEN_BY_CAMEL = Set.of("Exchange", "CamelContext");

    private final Beans beans;

    BeanReferences(Beans beans) {
        this.beans = beans;
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, Optional<Class<?>>> made = made(routes);
        routes.files().stream().flatMap(YamlNode::all).forEach(node -> {
            Routes.elements(node).forEach(element -> checkElement(element, made, report));
            checkText(node, made, report);
        });
        routes.endpoints().stream()
                .filter(endpoint ->
                        endpoint.scheme().equals("jdbc") || endpoint.scheme().equals("bean"))
                .forEach(endpoint -> find(endpoint.at(), endpoint.uri().replaceFirst("^\\w+:", ""), made, report));
    }

    /** The beans that the files make themselves, under {@code - beans:}. */
    private static Map<String, Optional<Class<?>>> made(Routes routes) {
        Map<String, Optional<Class<?>>> made = new HashMap<>();
        routes.top("beans").stream()
                .flatMap(beans -> beans.node().items().stream())
                .forEach(bean ->
                        made.put(bean.text("name"), type(bean.text("type").replaceFirst("^#?class:", ""))));
        return made;
    }

    private static Optional<Class<?>> type(String name) {
        ClassLoader loader = BeanReferences.class.getClassLoader();
        return ClassUtils.isPresent(name, loader)
                ? Optional.of(ClassUtils.resolveClassName(name, loader))
                : Optional.empty();
    }

    private void checkElement(Routes.Element element, Map<String, Optional<Class<?>>> made, Report report) {
        switch (element.kind()) {
            case "bean", "method" -> checkCall(element.node(), made, report);
            case "process" -> element.node().get("ref").ifPresent(ref -> find(ref, ref.text(), made, report));
            default -> {}
        }
    }

    private void checkText(YamlNode node, Map<String, Optional<Class<?>>> made, Report report) {
        Matcher named = IN_TEXT.matcher(node.text());
        while (named.find()) {
            String name = named.group(1) == null ? named.group(2) : named.group(1);
            Optional<Class<?>> type = find(node, name, made, report);
            if (named.group(3) != null) {
                String method = named.group(3);
                type.ifPresent(found -> checkMethod(node, name, found, method, report));
            }
        }
    }

    /** The bean's class; empty where there is no such bean, which is reported, or where its class is not known. */
    private Optional<Class<?>> find(YamlNode at, String name, Map<String, Optional<Class<?>>> made, Report report) {
        if (name.contains("{{") || name.contains("#class:") || made.containsKey(name)) {
            return made.getOrDefault(name, Optional.empty());
        }
        Optional<Class<?>> type = beans.type(name);
        if (type.isEmpty()) {
            Set<String> names = new TreeSet<>(beans.names());
            names.addAll(made.keySet());
            report.add(at.place(name), "there is no bean " + name, Nearest.to(name, names));
        }
        return type;
    }

    private void checkCall(YamlNode call, Map<String, Optional<Class<?>>> made, Report report) {
        call.get("ref").ifPresent(ref -> find(ref, ref.text(), made, report).ifPresent(type -> call.get("method")
                .ifPresent(method -> checkMethod(method, ref.text(), type, method.text(), report))));
    }

    private static void checkMethod(YamlNode at, String bean, Class<?> type, String call, Report report) {
        if (call.contains("{{") && !call.contains("(")) {
            return;
        }
        int open = call.indexOf('(');
        String name = (open < 0 ? call : call.substring(0, open)).strip();
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .toList();
        if (methods.isEmpty()) {
            Set<String> names = Arrays.stream(type.getMethods())
                    .filter(method -> method.getDeclaringClass() != Object.class)
                    .map(Method::getName)
                    .collect(Collectors.toSet());
            report.add(at.place(name), "the bean " + bean + " has no public method " + name, Nearest.to(name, names));
        } else if (open >= 0) {
            checkArguments(at, bean, call, open, methods, report);
        }
    }

    private static void checkArguments(
            YamlNode at, String bean, String call, int open, List<Method> methods, Report report) {
        int close = call.lastIndexOf(')');
        if (close < open) {
            report.add(at, "the call " + call + " has no closing parenthesis");
            return;
        }
        int given = Arguments.of(call.substring(open + 1, close)).size();
        if (methods.stream().noneMatch(method -> takes(method, given))) {
            String name = methods.get(0).getName();
            String wanted = methods.stream()
                    .map(method -> Arrays.stream(method.getParameters())
                            .map(parameter -> parameter.getType().getSimpleName() + " " + parameter.getName())
                            .collect(Collectors.joining(", ", name + "(", ")")))
                    .sorted()
                    .collect(Collectors.joining(" or "));
            report.add(
                    at.place(name),
                    "the bean " + bean + " has no method " + name + " of " + given
                            + (given == 1 ? " argument: " : " arguments: ") + wanted,
                    "");
        }
    }

    private static boolean takes(Method method, int given) {
        long byCamel = Arrays.stream(method.getParameterTypes())
                .filter(type -> TAKEN_BY_CAMEL.contains(type.getSimpleName()))
                .count();
        return method.getParameterCount() == given || method.getParameterCount() - byCamel == given;
    }
}
