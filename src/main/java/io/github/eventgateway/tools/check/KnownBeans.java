package io.github.eventgateway.tools.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.ClassUtils;

/** The beans that routes can use: those of the gateway, and those that the files define under {@code - beans:}. */
final class KnownBeans {

    /** Fields with which a bean is not of the class in {@code type}. */
    private static final Set<String> MADE_BY =
            Set.of("factoryBean", "factoryMethod", "script", "builderClass", "builderMethod");

    private static final Pattern CLASS = Pattern.compile("#(class|type):([\\w.$]+).*");

    private final Beans beans;
    private final Map<String, Optional<Class<?>>> made = new HashMap<>();

    KnownBeans(Beans beans, Routes routes) {
        this.beans = beans;
        routes.top("beans").stream()
                .flatMap(list -> list.node().items().stream())
                .forEach(bean -> made.put(
                        bean.text("name"),
                        MADE_BY.stream().anyMatch(field -> bean.get(field).isPresent())
                                ? Optional.empty()
                                : type(bean.text("type").replaceFirst("^#?class:", ""))));
    }

    /** Returns the class of this name; empty if it does not exist. */
    static Optional<Class<?>> type(String name) {
        ClassLoader loader = KnownBeans.class.getClassLoader();
        return ClassUtils.isPresent(name, loader)
                ? Optional.of(ClassUtils.resolveClassName(name, loader))
                : Optional.empty();
    }

    /**
     * Returns the class of a reference: {@code name}, {@code #bean:name}, {@code #class:name} or {@code #type:name}.
     * Empty if it does not exist, which is reported, or if its class is unknown.
     */
    Optional<Class<?>> find(YamlNode at, String reference, Rule.Report report) {
        Matcher named = CLASS.matcher(reference);
        if (named.matches()) {
            return findClass(at, named.group(2), named.group(1).equals("type"), report);
        }
        String name = reference.replaceFirst("^#(bean:)?", "");
        return name.matches("[\\w.$/-]+") ? findBean(at, name, report) : Optional.empty();
    }

    private Optional<Class<?>> findBean(YamlNode at, String name, Rule.Report report) {
        if (made.containsKey(name)) {
            return made.get(name);
        }
        Optional<Class<?>> type = beans.type(name);
        if (type.isEmpty()) {
            Set<String> names = new TreeSet<>(beans.names());
            names.addAll(made.keySet());
            report.add(at.place(name), "there is no bean " + name, Nearest.to(name, names));
        }
        return type;
    }

    private Optional<Class<?>> findClass(YamlNode at, String name, boolean isBean, Rule.Report report) {
        Optional<Class<?>> type = type(name);
        if (type.isEmpty()) {
            report.add(at.place(name), "there is no class " + name, "");
        } else if (isBean && !hasOneOf(type.get())) {
            report.add(at.place(name), "there is no bean of the class " + name, "");
        }
        return type;
    }

    /** Returns the class of a bean that the files define; empty if it is unknown. */
    Optional<Class<?>> made(String name) {
        return made.getOrDefault(name, Optional.empty());
    }

    /** Returns the class that a call refers to; empty if unknown. */
    Optional<Class<?>> type(BeanCall call) {
        if (call.isType()) {
            return type(call.bean());
        }
        return made.containsKey(call.bean()) ? made.get(call.bean()) : beans.type(call.bean());
    }

    private boolean hasOneOf(Class<?> type) {
        return beans.names().stream().flatMap(name -> beans.type(name).stream()).anyMatch(type::isAssignableFrom)
                || made.values().stream().flatMap(Optional::stream).anyMatch(type::isAssignableFrom);
    }
}
