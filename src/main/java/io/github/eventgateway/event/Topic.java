package io.github.eventgateway.event;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.List;

/**
 * A topic that the gateway writes events to.
 *
 * @param id its name in application.yaml, routes and metrics
 * @param name its name in Kafka
 * @param key where in an event's data the Kafka key stands
 * @param types the event types that it takes
 */
public record Topic(String id, String name, JsonPointer key, List<String> types) {

    /** What the name of a topic of dead letters ends with. */
    static final String DEAD_LETTERS = ".dlq";

    /** The topic that takes the records of this one that cannot be processed. */
    public String deadLetterName() {
        return name + DEAD_LETTERS;
    }
}
