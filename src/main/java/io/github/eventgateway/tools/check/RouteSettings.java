package io.github.eventgateway.tools.check;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** The settings that routes can name. */
public final class RouteSettings {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]+)(?::([^{}]*))?}}");

    private final Function<String, String> values;
    private final Supplier<Set<String>> names;

    private RouteSettings(Function<String, String> values, Supplier<Set<String>> names) {
        this.values = values;
        this.names = names;
    }

    public static RouteSettings of(Map<String, String> values) {
        return new RouteSettings(values::get, values::keySet);
    }

    /** All that the environment holds. */
    static RouteSettings of(ConfigurableEnvironment environment) {
        return new RouteSettings(name -> value(environment, name), () -> names(environment));
    }

    private static String value(ConfigurableEnvironment environment, String name) {
        try {
            return environment.getProperty(name);
        } catch (IllegalArgumentException e) {
            // Its value asks for another one that is not there.
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

    /** All names, to find the nearest. */
    Set<String> names() {
        return names.get();
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.apply(name));
    }

    /** The text with the values in the place of its {@code {{placeholders}}}; what has none stays. */
    String resolve(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        value(found.group(1)).orElse(found.group(2) == null ? found.group() : found.group(2))));
    }
}
