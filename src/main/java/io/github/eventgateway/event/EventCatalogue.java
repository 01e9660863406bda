package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
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
 * The catalogue of event types, with the topic and the JSON Schema of each. A type consists of one schema file and one
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
     * Reads the schemas again. Each event is checked with either all old schemas or all new ones.
     *
     * @throws InvalidCatalogueException if a schema file is missing or invalid; the old schemas then stay in use
     */
    public final void reload() {
        content = new Content(settings);
    }

    /** Returns all topics in the order of application.yaml. */
    public Collection<Topic> topics() {
        return content.topics.values();
    }

    /** Returns the topic of the events of this type. The type must exist. */
    public Topic topicOf(String type) {
        return type(type).topic();
    }

    /** Returns the hash of the value of a field if the type keeps only its hash; otherwise empty. */
    public Optional<String> hash(String field, String value) {
        return hash(JsonPointer.compile("/" + StrictJson.escaped(field)), value);
    }

    /** As {@link #hash(String, String)}, for a field that may stand anywhere in the data. */
    public Optional<String> hash(JsonPointer pointer, String value) {
        Content now = content;
        return now.types.values().stream().anyMatch(type -> type.redaction().hashes(pointer))
                ? Optional.of(now.redactions.hash(pointer, value))
                : Optional.empty();
    }

    /**
     * Returns the form of a search value that may be recorded. For a field that is hashed or redacted it is the
     * replacement of the value. The text of the filter {@code q} can be the value of any field.
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
        Content now = content;
        EventType type = now.types.get(name);
        if (type == null) {
            throw new GatewayException(Reason.UNKNOWN_EVENT_TYPE, List.of(now.unknownType));
        }
        return type;
    }

    /** The result of one read. */
    private static final class Content {

        private final Map<String, Topic> topics = new LinkedHashMap<>();
        private final Set<String> topicNames = new HashSet<>();
        private final Map<String, EventType> types = new LinkedHashMap<>();
        private final Redactions redactions;
        private final Violation unknownType;

        private Content(EventSettings settings) {
            if (settings.topics().isEmpty()) {
                throw new InvalidCatalogueException("gateway.events.topics is empty: name at least one topic");
            }
            redactions = new Redactions(settings.redaction());
            settings.topics().forEach((id, topic) -> add(settings.schemaDirectory(), id, topic));
            redactions.requireTypes(types.keySet());
            // A batch can have ten thousand events of unknown types.
            unknownType = new Violation("/type", "is not one of " + types.keySet());
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
                CatalogueNames.typeFault(type).ifPresent(wrong -> {
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
            CatalogueNames.topicFault(topic.name()).ifPresent(wrong -> {
                throw new InvalidCatalogueException(at + ".name is '" + topic.name() + "', which " + wrong);
            });
            for (String name : List.of(topic.name(), topic.deadLetterName())) {
                if (!topicNames.add(CatalogueNames.comparable(name))) {
                    throw new InvalidCatalogueException(at + ".name is '" + topic.name()
                            + "', which Kafka cannot distinguish from another topic or its dead-letter "
                            + "topic: . and _ count as equal");
                }
            }
        }

        private static JsonPointer pointer(String at, String key) {
            if (key == null || CatalogueNames.fieldFault(key).isPresent()) {
                throw new InvalidCatalogueException(
                        at + ".key is '" + key + "': write a JSON Pointer such as /user_id");
            }
            return JsonPointer.compile(key);
        }
    }
}
