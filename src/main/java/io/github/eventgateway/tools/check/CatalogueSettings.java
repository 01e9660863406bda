package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * Checks the names of the settings below {@value #EVENTS}. The gateway ignores an unknown one, so that a misspelt
 * redaction would leave the values in the events.
 */
final class CatalogueSettings implements Rule {

    private static final String EVENTS = "gateway.events";
    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of(EVENTS);

    private static final List<String> KEYS = List.of("schema-directory", "max-event-bytes", "topics", "redaction");
    private static final List<String> OF_REDACTION = List.of("hash-key", "redacted", "hashed");
    private static final List<String> OF_TOPICS = List.of("name", "key", "types");

    private final RouteSettings settings;

    CatalogueSettings(RouteSettings settings) {
        this.settings = settings;
    }

    /** A name that the gateway does not know. */
    private record Unknown(String name, String in, List<String> known) {}

    @Override
    public void check(Routes routes, Report report) {
        Set<String> reported = new HashSet<>();
        settings.names().stream()
                .filter(name -> name.startsWith(EVENTS + "."))
                .sorted()
                .forEach(name -> unknown(name)
                        .filter(unknown -> reported.add(unknown.in() + "." + unknown.name()))
                        .ifPresent(unknown -> report.add(
                                settings.place(name),
                                "there is no setting " + unknown.name() + " in " + unknown.in(),
                                Nearest.to(unknown.name(), unknown.known()))));
    }

    private static Optional<Unknown> unknown(String setting) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(setting, '.');
        int first = PREFIX.getNumberOfElements();
        Optional<Unknown> unknown = unknown(name, first, EVENTS, KEYS);
        if (unknown.isPresent()) {
            return unknown;
        }
        String group = name.getElement(first, Form.UNIFORM);
        if (group.equals("redaction")) {
            return unknown(name, first + 1, EVENTS + ".redaction", OF_REDACTION);
        }
        return group.equals("topics") && name.getNumberOfElements() > first + 1
                ? unknown(name, first + 2, EVENTS + ".topics." + name.getElement(first + 1, Form.ORIGINAL), OF_TOPICS)
                : Optional.empty();
    }

    private static Optional<Unknown> unknown(ConfigurationPropertyName name, int at, String in, List<String> known) {
        if (name.getNumberOfElements() <= at) {
            return Optional.empty();
        }
        String uniform = name.getElement(at, Form.UNIFORM);
        return known.stream().anyMatch(one -> one.replace("-", "").equals(uniform))
                ? Optional.empty()
                : Optional.of(new Unknown(name.getElement(at, Form.ORIGINAL), in, known));
    }
}
