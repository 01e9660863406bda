package io.github.eventgateway.tools.check;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that the class of a bean under {@code - beans:} has the methods and properties that the bean names. */
final class BeanProperties implements Rule {

    private static final Set<String> METHODS = Set.of("initMethod", "destroyMethod");

    private final Beans beans;

    BeanProperties(Beans beans) {
        this.beans = beans;
    }

    @Override
    public void check(Routes routes, Report report) {
        KnownBeans known = new KnownBeans(beans, routes);
        routes.top("beans").stream()
                .flatMap(list -> list.node().items().stream())
                .forEach(bean -> known.made(bean.text("name")).ifPresent(type -> check(bean, type, report)));
    }

    private static void check(YamlNode bean, Class<?> type, Report report) {
        Set<String> methods =
                Arrays.stream(type.getMethods()).map(Method::getName).collect(Collectors.toSet());
        METHODS.stream().flatMap(field -> bean.get(field).stream()).forEach(method -> {
            if (!methods.contains(method.text()) && !method.text().contains("{{")) {
                report.add(
                        method,
                        "the class " + type.getName() + " has no public method " + method.text(),
                        Nearest.to(method.text(), methods));
            }
        });
        Set<String> properties = Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() < 2)
                .map(method -> method.getName().replaceFirst("^(set|get|is|with)(?=[A-Z])", ""))
                .map(BeanProperties::comparable)
                .collect(Collectors.toSet());
        bean.get("properties").stream()
                .flatMap(all -> all.entries().stream())
                .filter(property ->
                        !properties.contains(comparable(property.name().replaceFirst("[.\\[].*", ""))))
                .forEach(property -> report.add(
                        property.key(), "the class " + type.getName() + " has no property " + property.name()));
    }

    /** Camel ignores case and hyphens in the names of properties. */
    private static String comparable(String property) {
        return property.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
