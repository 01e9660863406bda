package io.github.eventgateway.publish;

import io.github.eventgateway.api.Audited;
import java.util.Map;

/** What the caller learns of an event that Kafka has: the answer's {@code data}. */
record Published(String id, String type, String topic, int partition, long offset) implements Audited {

    @Override
    public Map<String, Object> audited() {
        return Map.of("id", id, "topic", topic, "partition", partition, "offset", offset);
    }
}
