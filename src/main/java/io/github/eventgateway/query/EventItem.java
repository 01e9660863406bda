package io.github.eventgateway.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.Map;

/**
 * A stored event in an answer.
 *
 * @param publisher the subject of the token that published it; null if no gateway proves it
 * @param repairedBy the subject of the token that repaired it before it was stored; null if it is unchanged
 */
record EventItem(
        String id,
        String type,
        String topic,
        int partition,
        long offset,
        Instant timestamp,
        Instant receivedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) String publisher,
        @JsonInclude(JsonInclude.Include.NON_NULL) String repairedBy,
        EventData data) {

    static EventItem of(Map<String, Object> row, JsonFactory json) {
        EventData data = new EventData((String) row.get("payload"), json);
        return new EventItem(
                (String) row.get("id"),
                (String) row.get("type"),
                (String) row.get("topic"),
                ((Number) row.get("kafka_partition")).intValue(),
                ((Number) row.get("kafka_offset")).longValue(),
                data.timestamp(),
                ColumnTime.of(row.get("received_at")),
                (String) row.get("publisher"),
                (String) row.get("repaired_by"),
                data);
    }
}
