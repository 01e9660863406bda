package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.List;

/**
 * A topic that the gateway writes events to.
 *
 * @param id its name in application.yaml, routes and metrics
 * @param name its name in Kafka
 * @param key the place of the Kafka key in the data of an event
 * @param types its event types
 */
public record Topic(String id, String name, JsonPointer key, List<String> types) {

    /** The suffix of the name of a dead-letter topic. */
    public static final String DEAD_LETTER_SUFFIX = ".dlq";

    /** Returns the topic for records of this topic that cannot be processed. */
    public String deadLetterName() {
        return name + DEAD_LETTER_SUFFIX;
    }
}
