package io.github.eventgateway.tools.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The topics and event types of application.yaml with their places in the file.
 *
 * @param topics in the order of the file
 * @param redacted the hashed and redacted fields
 */
record Catalogue(List<Topic> topics, List<Redacted> redacted) {

    static final String REDACTED = "gateway.events.redaction.redacted";
    private static final String HASHED = "gateway.events.redaction.hashed";

    /**
     * A hashed or redacted field of the events of a type.
     *
     * @param setting the setting that names it
     */
    record Redacted(String setting, String type, String pointer, Place at) {}

    /** A topic, with only the present properties. */
    record Topic(String id, String name, String key, Place at, List<Type> types) {}

    /** An event type. */
    record Type(String name, Place at) {}

    /** The bound settings. */
    record Entry(String name, String key, @DefaultValue List<String> types) {}

    private static final String PREFIX = "gateway.events.topics";

    static Catalogue of(ConfigurableEnvironment environment) {
        ConfigurationPropertySources.attach(environment);
        Map<String, Entry> bound = Binder.get(environment)
                .bind(PREFIX, Bindable.mapOf(String.class, Entry.class))
                .orElse(Map.of());
        return new Catalogue(
                bound.entrySet().stream()
                        .map(entry -> topic(entry.getKey(), entry.getValue(), environment))
                        .toList(),
                Stream.of(REDACTED, HASHED)
                        .flatMap(setting -> redacted(setting, environment).stream())
                        .toList());
    }

    private static List<Redacted> redacted(String setting, ConfigurableEnvironment environment) {
        List<Redacted> redacted = new ArrayList<>();
        Binder.get(environment)
                .bind(setting, Bindable.mapOf(String.class, String[].class))
                .orElse(Map.of())
                .forEach((type, fields) -> {
                    for (int i = 0; i < fields.length; i++) {
                        Place at = Place.ofSetting(setting + "." + type + "[" + i + "]", environment);
                        redacted.add(new Redacted(setting, type, fields[i], at));
                    }
                });
        return redacted;
    }

    private static Topic topic(String id, Entry entry, ConfigurableEnvironment environment) {
        String at = PREFIX + "." + id;
        List<Type> types = new ArrayList<>();
        for (int i = 0; i < entry.types().size(); i++) {
            types.add(new Type(entry.types().get(i), Place.ofSetting(at + ".types[" + i + "]", environment)));
        }
        String name = entry.name() == null ? "" : entry.name();
        String key = entry.key() == null ? "" : entry.key();
        return new Topic(id, name, key, Place.ofSetting(at + (key.isEmpty() ? ".name" : ".key"), environment), types);
    }
}
