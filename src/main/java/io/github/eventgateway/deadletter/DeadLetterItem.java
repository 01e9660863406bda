package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.util.Map;

/**
 * A dead letter in the list.
 *
 * @param sealed whether a gateway provably wrote it
 * @param replayOf the dead letter whose replay failed; null if the record was not a replay
 * @param successor the dead letter of the last failed replay; null if no replay failed
 */
record DeadLetterItem(
        String id,
        String topic,
        int partition,
        long offset,
        String group,
        String route,
        String reason,
        String exception,
        String message,
        int attempts,
        int replays,
        String status,
        Instant failedAt,
        Instant receivedAt,
        boolean sealed,
        String replayOf,
        String successor) {

    static DeadLetterItem of(Map<String, Object> row) {
        String status = (String) row.get("status");
        return new DeadLetterItem(
                (String) row.get("id"),
                (String) row.get("source_topic"),
                ((Number) row.get("source_partition")).intValue(),
                ((Number) row.get("source_offset")).longValue(),
                (String) row.get("consumer_group"),
                (String) row.get("route"),
                (String) row.get("reason"),
                (String) row.get("exception"),
                (String) row.get("message"),
                ((Number) row.get("attempts")).intValue(),
                ((Number) row.get("replays")).intValue(),
                "replaying".equals(status) ? "open" : status,
                ColumnTime.of(row.get("failed_at")),
                ColumnTime.of(row.get("received_at")),
                row.get("event_id") != null,
                (String) row.get("replay_of"),
                (String) row.get("successor"));
    }
}
