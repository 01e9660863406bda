package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads from application.yaml which fields of which types are hashed or redacted. */
final class Redactions {

    private static final String AT = "gateway.events.redaction.";
    private static final int SHORTEST_KEY = 32;

    private final EventSettings.RedactionSettings settings;
    private final FieldHash hash;

    /**
     * @throws InvalidCatalogueException if a field is hashed but the key is missing or weak
     */
    Redactions(EventSettings.RedactionSettings settings) {
        this.settings = settings;
        if (settings.hashed().isEmpty()) {
            this.hash = null;
        } else {
            int length = settings.hashKey().getBytes(StandardCharsets.UTF_8).length;
            if (length < SHORTEST_KEY) {
                throw new InvalidCatalogueException(AT + "hashed has fields, but REDACTION_KEY has " + length
                        + " bytes: write 32 bytes or more, for instance from `openssl rand -base64 48`. "
                        + "Do not change the key later, because it changes the hashes");
            }
            this.hash = new FieldHash(settings.hashKey());
        }
    }

    /**
     * @throws InvalidCatalogueException if a setting names an unknown type
     */
    void requireTypes(Set<String> known) {
        Set<String> unknown = new TreeSet<>(settings.redacted().keySet());
        unknown.addAll(settings.hashed().keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new InvalidCatalogueException(
                    AT + "redacted and hashed have unknown event types " + unknown + ". The event types are " + known);
        }
    }

    /**
     * @throws InvalidCatalogueException if a field is not a JSON Pointer, or is the Kafka key of the topic
     */
    Redaction of(String type, Topic topic) {
        List<JsonPointer> redacted = pointers("redacted", type, settings.redacted());
        List<JsonPointer> hashed = pointers("hashed", type, settings.hashed());
        if (redacted.isEmpty() && hashed.isEmpty()) {
            return Redaction.NONE;
        }
        Redaction redaction = new Redaction(redacted, hashed, hash);
        if (redaction.redacts(topic.key())) {
            throw new InvalidCatalogueException(
                    AT + "redacted." + type + " names " + topic.key() + ", the Kafka key of " + topic.name()
                            + ": all its events would have the same key. Use hashed for this field");
        }
        return redaction;
    }

    /** Returns whether any field of any type is hashed. */
    boolean hasHashes() {
        return hash != null;
    }

    /** Returns the hash of a value to search for in a field. */
    String hash(JsonPointer field, String value) {
        return hash.of(field.toString(), value);
    }

    private static List<JsonPointer> pointers(String how, String type, Map<String, List<String>> fields) {
        return fields.getOrDefault(type, List.of()).stream()
                .map(field -> pointer(AT + how + "." + type, field))
                .toList();
    }

    private static JsonPointer pointer(String at, String field) {
        CatalogueNames.fieldFault(field).ifPresent(wrong -> {
            throw new InvalidCatalogueException(at + " names '" + field + "', which " + wrong);
        });
        return JsonPointer.compile(field);
    }
}
