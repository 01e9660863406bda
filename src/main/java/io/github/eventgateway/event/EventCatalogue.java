package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Which event types there are, the topic each goes to, and the JSON Schema of each. A type is one schema file and one
 * line in application.yaml, because the people who add types edit files, not Java. Any thread.
 */
@Component
public class EventCatalogue {

    private static final String ANY_FIELD = "q";

    private final EventSettings settings;
    private volatile Content content;

    EventCatalogue(EventSettings settings) {
        this.settings = settings;
        reload();
    }

    /**
     * Reads the schemas anew. An event is checked by the schemas of before or by those of after, never by some of each.
     *
     * @throws InvalidCatalogueException where one is missing or is none; those of before are in use then
     */
    public final void reload() {
        content = new Content(settings);
    }

    /** All topics, in the order of application.yaml. */
    public Collection<Topic> topics() {
        return content.topics.values();
    }

    /** The topic that events of this type go to; the type must be a known one. */
    public Topic topicOf(String type) {
        return type(type).topic();
    }

    /** What stands for this value of a field of the data where a type keeps its hash alone; empty where none does. */
    public Optional<String> hash(String field, String value) {
        JsonPointer pointer = JsonPointer.compile("/" + StrictJson.escaped(field));
        Content now = content;
        return now.types.values().stream().anyMatch(type -> type.redaction().hashes(pointer))
                ? Optional.of(now.redactions.hash(pointer, value))
                : Optional.empty();
    }

    /**
     * Returns what may be kept of a value that someone looks for: where a type does not keep the values of this field, what
     * stands for them. Text that is looked for everywhere, {@code q}, may be the value of any field.
     */
    public String kept(String field, String value) {
        Content now = content;
        JsonPointer pointer = JsonPointer.compile("/" + StrictJson.escaped(field));
        boolean any = field.equals(ANY_FIELD);
        List<Redaction> all =
                now.types.values().stream().map(EventType::redaction).toList();
        boolean hashed = any ? now.redactions.hasHashes() : all.stream().anyMatch(one -> one.hashes(pointer));
        if (hashed) {
            return now.redactions.hash(pointer, value);
        }
        boolean redacted = all.stream().anyMatch(one -> any ? !one.isNone() : one.redacts(pointer));
        return redacted ? Redaction.MARK : value;
    }

    EventType type(String name) {
        Map<String, EventType> types = content.types;
        EventType type = types.get(name);
        if (type == null) {
            throw new GatewayException(Reason.UNKNOWN_EVENT_TYPE, "/type", "is not one of " + types.keySet());
        }
        return type;
    }

    /** All that was read at one time. */
    private static final class Content {

        private final Map<String, Topic> topics = new LinkedHashMap<>();
        private final Set<String> topicNames = new HashSet<>();
        private final Map<String, EventType> types = new LinkedHashMap<>();
        private final Redactions redactions;

        private Content(EventSettings settings) {
            if (settings.topics().isEmpty()) {
                throw new InvalidCatalogueException("gateway.events.topics is empty: name at least one topic");
            }
            redactions = new Redactions(settings.redaction());
            settings.topics().forEach((id, topic) -> add(settings.schemaDirectory(), id, topic));
            redactions.requireTypes(types.keySet());
        }

        private void add(Path schemas, String id, EventSettings.TopicSettings settings) {
            String at = "gateway.events.topics." + id;
            if (settings.name() == null || settings.name().isBlank()) {
                throw new InvalidCatalogueException(at + ".name is missing: name the Kafka topic");
            }
            Topic topic = new Topic(id, settings.name(), pointer(at, settings.key()), settings.types());
            topics.put(id, topic);
            addNames(at, topic);
            for (String type : topic.types()) {
                CatalogueNames.wrongWithType(type).ifPresent(wrong -> {
                    throw new InvalidCatalogueException("The event type '" + type + "' of " + at + " " + wrong);
                });
                Path file = schemas.resolve(type + ".schema.json");
                if (!Files.isReadable(file)) {
                    throw new InvalidCatalogueException(
                            "Event type '" + type + "' of " + at + " has no readable schema: expected " + file);
                }
                if (types.put(type, EventType.load(type, topic, file, redactions.of(type, topic))) != null) {
                    throw new InvalidCatalogueException(
                            "Event type '" + type + "' is listed twice in gateway.events.topics");
                }
            }
        }

        private void addNames(String at, Topic topic) {
            CatalogueNames.wrongWithTopic(topic.name()).ifPresent(wrong -> {
                throw new InvalidCatalogueException(at + ".name is '" + topic.name() + "', which " + wrong);
            });
            for (String name : List.of(topic.name(), topic.deadLetterName())) {
                if (!topicNames.add(CatalogueNames.comparable(name))) {
                    throw new InvalidCatalogueException(at + ".name is '" + topic.name()
                            + "', which Kafka takes for the same as another topic or its dead letters: it does not tell"
                            + " . from _");
                }
            }
        }

        private static JsonPointer pointer(String at, String key) {
            if (key == null || CatalogueNames.wrongWithField(key).isPresent()) {
                throw new InvalidCatalogueException(
                        at + ".key is '" + key + "': write a JSON Pointer such as /user_id");
            }
            return JsonPointer.compile(key);
        }
    }
}
