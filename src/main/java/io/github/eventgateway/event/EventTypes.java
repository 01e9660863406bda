package io.github.eventgateway.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Lists the event types in the form that callers see. The route {@code list-event-types} calls it. Any thread. */
@Component("eventTypes")
public class EventTypes {

    private final EventCatalogue catalogue;

    EventTypes(EventCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * An event type.
     *
     * @param topic the name in Kafka of the topic that its events go to
     * @param key a JSON Pointer into the data of its events: the Kafka key
     * @param schema the JSON Schema of the data
     */
    record Item(String type, String topic, String key, JsonNode schema) {}

    /** Returns every event type in the order of application.yaml. */
    public Map<String, List<Item>> list() {
        return Map.of(
                "items",
                catalogue.topics().stream()
                        .flatMap(topic -> topic.types().stream())
                        .map(catalogue::type)
                        .map(EventTypes::item)
                        .toList());
    }

    private static Item item(EventType type) {
        return new Item(type.name(), type.topic().name(), type.topic().key().toString(), type.schema());
    }
}
