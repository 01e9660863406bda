package io.github.eventgateway.lint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings that routes can name, with their defaults. Immutable. */
public final class Settings {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^${}:]+)(?::([^${}]*))?}");

    private final Map<String, String> values;

    public Settings(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The settings of this file, and more. */
    public static Settings read(Path file, Map<String, String> more) throws IOException {
        Map<String, String> values = new LinkedHashMap<>(more);
        YamlNode.read(file).ifPresent(document -> flatten("", document, values));
        return new Settings(values);
    }

    private static void flatten(String prefix, YamlNode node, Map<String, String> values) {
        if (node.isScalar()) {
            values.put(prefix, node.text());
        }
        for (YamlNode.Entry entry : node.entries()) {
            flatten(prefix.isEmpty() ? entry.name() : prefix + "." + entry.name(), entry.value(), values);
        }
        int index = 0;
        for (YamlNode item : node.items()) {
            flatten(prefix + "[" + index++ + "]", item, values);
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The text with the defaults in the place of its {@code {{placeholders}}}; what has none stays. */
    String resolve(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(value(found.group(1)).orElse(found.group())));
    }

    private Optional<String> value(String name) {
        String value = values.get(name);
        while (value != null) {
            String replaced = REFERENCE
                    .matcher(value)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            found.group(2) != null ? found.group(2) : values.getOrDefault(found.group(1), "")));
            if (replaced.equals(value)) {
                break;
            }
            value = replaced;
        }
        return Optional.ofNullable(value);
    }
}
