package io.github.eventgateway.tools.check;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds Kafka properties in {@code additionalProperties} that override options of Camel. Camel sets these properties
 * last.
 *
 * @param options the options that the rules check, by their Kafka properties
 * @param right the values of the properties that are accepted; none for the others
 */
record KafkaOverrides(Map<String, String> options, Map<String, String> right) {

    /** The option with the factory of the Kafka clients. */
    static final String FACTORY = "kafkaClientFactory";

    private static final String ADDITIONAL = "additionalProperties";
    private static final Pattern OF_COMPONENT =
            Pattern.compile("(?i)camel\\.component\\.kafka\\.additional-?properties[.\\[]+(.+?)]?");

    /** Checks the options of an endpoint. */
    void check(Routes.Endpoint endpoint, RouteSettings settings, Rule.Report report) {
        endpoint.options().stream()
                .filter(entry -> entry.name().startsWith(ADDITIONAL))
                .forEach(entry -> check(entry, entry.name(), settings, report));
    }

    /** Camel joins the names of nested options with points. */
    private void check(YamlNode.Entry entry, String name, RouteSettings settings, Rule.Report report) {
        entry.value().entries().forEach(below -> check(below, name + "." + below.name(), settings, report));
        String property = name.substring(Math.min(name.length(), ADDITIONAL.length() + 1));
        if (isWrong(property, settings.resolve(entry.value().text()))) {
            report.add(entry.key(), text(name, property));
        }
    }

    /** Checks the settings for all endpoints. */
    void checkComponent(RouteSettings settings, Rule.Report report) {
        settings.names().stream().sorted().forEach(name -> {
            var found = OF_COMPONENT.matcher(name);
            if (found.matches() && isWrong(found.group(1), settings.value(name).orElse(""))) {
                report.add(settings.place(name), text(name, found.group(1)), "");
            }
        });
    }

    private boolean isWrong(String property, String value) {
        return options.containsKey(property)
                && !value.strip().toLowerCase(Locale.ROOT).equals(lower(right.get(property)));
    }

    private static String lower(String value) {
        return value == null ? null : value.toLowerCase(Locale.ROOT);
    }

    private String text(String name, String property) {
        return "remove " + name + ", which overrides " + options.get(property)
                + ", an option that prevents the loss of " + "records";
    }
}
