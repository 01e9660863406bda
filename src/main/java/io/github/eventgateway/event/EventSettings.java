package io.github.eventgateway.event;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The event catalogue's settings.
 *
 * @param schemaDirectory Folder with one {@code <type>.schema.json} for each event type.
 * @param maxEventBytes Maximum size of one event as JSON, in bytes. The gateway rejects a larger event.
 * @param topics Topics by id. {@code name} is the name in Kafka, {@code key} a JSON Pointer into the data of the events
 *     that gives the Kafka key, and {@code types} the event types of the topic.
 * @param redaction the fields whose values are not kept
 */
@ConfigurationProperties("gateway.events")
public record EventSettings(
        Path schemaDirectory,
        @DefaultValue("524288") int maxEventBytes,
        @DefaultValue Map<String, TopicSettings> topics,
        @DefaultValue RedactionSettings redaction) {

    /** The same settings with the schemas of another folder. */
    public EventSettings withSchemas(Path folder) {
        return new EventSettings(folder, maxEventBytes, topics, redaction);
    }

    /**
     * @param hashKey Key of the hashes (HMAC-SHA-256), at least 32 bytes. Another key produces other hashes.
     * @param redacted JSON Pointers into {@code data} by event type. {@code ***} replaces the value of these fields.
     * @param hashed JSON Pointers into {@code data} by event type. A hash replaces the value of these fields; equal
     *     values have equal hashes.
     */
    record RedactionSettings(
            @DefaultValue("") String hashKey,
            @DefaultValue Map<String, List<String>> redacted,
            @DefaultValue Map<String, List<String>> hashed) {

        /** Settings are logged, so the text must not contain the key. */
        @Override
        public String toString() {
            return "RedactionSettings[redacted=" + redacted + ", hashed=" + hashed + "]";
        }
    }

    /**
     * @param name the topic's name in Kafka
     * @param key a JSON Pointer into the data of its events: the Kafka key
     * @param types its event types
     */
    record TopicSettings(
            String name, String key, @DefaultValue List<String> types) {}
}
