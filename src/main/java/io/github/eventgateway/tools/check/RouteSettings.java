package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** The settings that routes can use. */
final class RouteSettings {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]+)(?::([^{}]*))?}}");

    private static final Pattern FUNCTION = Pattern.compile("\\$\\{properties:([\\w.-]+)(?::([^{}]*))?}");

    /** The maximum nesting of placeholders in the defaults of others. */
    private static final int DEEPEST = 5;

    private final Function<String, String> values;
    private final Supplier<Set<String>> names;
    private final Function<String, Place> places;

    private RouteSettings(
            Function<String, String> values, Supplier<Set<String>> names, Function<String, Place> places) {
        this.values = values;
        this.names = names;
        this.places = places;
    }

    static RouteSettings of(Map<String, String> values) {
        return new RouteSettings(values::get, values::keySet, name -> Place.of(Path.of("application.yaml"), 1, 1));
    }

    /** Returns all settings of the environment. */
    static RouteSettings of(ConfigurableEnvironment environment) {
        Map<String, Optional<String>> read = new ConcurrentHashMap<>();
        Set<String> names = names(environment);
        return new RouteSettings(
                name -> read.computeIfAbsent(name, key -> Optional.ofNullable(value(environment, key)))
                        .orElse(null),
                () -> names,
                name -> Place.ofSetting(name, environment));
    }

    private static String value(ConfigurableEnvironment environment, String name) {
        try {
            return environment.getProperty(name);
        } catch (IllegalArgumentException e) {
            // Its value refers to a missing setting.
            return null;
        }
    }

    private static Set<String> names(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .flatMap(source -> source instanceof EnumerablePropertySource<?> listed
                        ? Arrays.stream(listed.getPropertyNames())
                        : Stream.empty())
                .collect(Collectors.toSet());
    }

    boolean has(String name) {
        return values.apply(name) != null;
    }

    /** Returns all names, to find similar ones. */
    Set<String> names() {
        return names.get();
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.apply(name));
    }

    /** Returns the place of the setting; the beginning of application.yaml if no file has it. */
    Place place(String name) {
        return places.apply(name);
    }

    /** Returns the setting with the default of an option for all endpoints of a component. */
    static String ofComponent(String component, String option) {
        return "camel.component." + component + "."
                + option.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the value of an option: from the endpoint, or from the settings of its component; empty if neither has
     * it.
     */
    String option(Routes.Endpoint endpoint, String name) {
        String own = endpoint.parameter(name);
        return own.isEmpty() ? value(ofComponent(endpoint.scheme(), name)).orElse("") : own;
    }

    /** Returns the text with values for its {@code {{placeholders}}}. Placeholders without a value stay. */
    String resolve(String text) {
        if (!text.contains("{{")) {
            return text;
        }
        String resolved = resolveOnce(text);
        for (int depth = 0; depth < DEEPEST && !resolved.equals(text); depth++) {
            text = resolved;
            resolved = resolveOnce(text);
        }
        return resolved;
    }

    /** Returns the text as {@link #resolve} does, also with values for its {@code ${properties:…}}. */
    String resolveFunctions(String text) {
        return replaced(FUNCTION, resolve(text));
    }

    private String resolveOnce(String text) {
        return replaced(PLACEHOLDER, text);
    }

    private String replaced(Pattern named, String text) {
        return named.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        value(found.group(1)).orElse(found.group(2) == null ? found.group() : found.group(2))));
    }
}
