package io.github.eventgateway.publish;

import io.github.eventgateway.api.Audited;
import java.util.Map;

/** The {@code data} of the answer: where Kafka stores the event. */
record Published(String id, String type, String topic, int partition, long offset) implements Audited {

    @Override
    public Map<String, Object> audited() {
        return Map.of("id", id, "topic", topic, "partition", partition, "offset", offset);
    }
}
