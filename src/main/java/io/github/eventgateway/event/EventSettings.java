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
 */
@ConfigurationProperties("gateway.events")
public record EventSettings(
        Path schemaDirectory,
        @DefaultValue("524288") int maxEventBytes,
        @DefaultValue Map<String, TopicSettings> topics) {

    /**
     * @param name the topic's name in Kafka
     * @param key a JSON Pointer into the data of its events: the Kafka key
     * @param types the event types that it takes
     */
    record TopicSettings(
            String name, String key, @DefaultValue List<String> types) {}
}
