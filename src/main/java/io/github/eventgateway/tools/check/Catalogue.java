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
 * @param fields the fields in the settings for redaction and erasure
 */
record Catalogue(List<Topic> topics, List<NamedField> fields) {

    static final String REDACTED = "gateway.events.redaction.redacted";
    private static final String HASHED = "gateway.events.redaction.hashed";
    private static final String OF_USERS = "gateway.erasure.user-fields";

    /**
     * A field of the events of a type: a hashed or redacted one, or one with an id of a user.
     *
     * @param setting the setting that names it
     */
    record NamedField(String setting, String type, String pointer, Place at) {}

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
                Stream.of(REDACTED, HASHED, OF_USERS)
                        .flatMap(setting -> fields(setting, environment).stream())
                        .toList());
    }

    private static List<NamedField> fields(String setting, ConfigurableEnvironment environment) {
        List<NamedField> named = new ArrayList<>();
        Binder.get(environment)
                .bind(setting, Bindable.mapOf(String.class, String[].class))
                .orElse(Map.of())
                .forEach((type, fields) -> {
                    for (int i = 0; i < fields.length; i++) {
                        Place at = Place.ofSetting(setting + "." + type + "[" + i + "]", environment);
                        named.add(new NamedField(setting, type, fields[i], at));
                    }
                });
        return named;
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
