package io.github.eventgateway.event;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The event catalogue's settings.
 *
 * @param schemaDirectory the folder with one {@code <type>.schema.json} a type
 * @param maxEventBytes the size of an event as JSON above which it is refused
 * @param topics the topics by id
 * @param redaction what of an event is not kept
 */
@ConfigurationProperties("gateway.events")
public record EventSettings(
        Path schemaDirectory,
        @DefaultValue("524288") int maxEventBytes,
        @DefaultValue Map<String, TopicSettings> topics,
        @DefaultValue RedactionSettings redaction) {

    /**
     * @param hashKey the key of the hashes
     * @param redacted by type, JSON Pointers into data: {@code ***} takes the place of the value
     * @param hashed by type, JSON Pointers into data: a hash takes the place of the value
     */
    record RedactionSettings(
            @DefaultValue("") String hashKey,
            @DefaultValue Map<String, List<String>> redacted,
            @DefaultValue Map<String, List<String>> hashed) {

        /** Without the key, since settings end up in logs. */
        @Override
        public String toString() {
            return "RedactionSettings[redacted=" + redacted + ", hashed=" + hashed + "]";
        }
    }

    /**
     * @param name the topic's name in Kafka
     * @param key a JSON Pointer into the data of its events: the Kafka key
     * @param types the event types that it takes
     */
    record TopicSettings(
            String name, String key, @DefaultValue List<String> types) {}
}
