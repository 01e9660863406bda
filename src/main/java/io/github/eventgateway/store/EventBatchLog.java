package io.github.eventgateway.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Records in the table {@code event_batch} which events a transaction of the store adds, in their order in Kafka. On
 * PostgreSQL the number of a batch is the id of its transaction. All batches below the oldest running transaction are
 * final, whatever the order of their commits. SQLite has a single writer and counts. One thread at a time.
 */
final class EventBatchLog {

    /** SQL for PostgreSQL. It uses a part {@code fresh} with the new rows. */
    static final String OF_ALL = """
            INSERT INTO event_batch (number, stored_at, ids)
                SELECT pg_current_xact_id()::text::bigint, now(), json_agg(id ORDER BY topic, kafka_partition, kafka_offset)::text
                FROM fresh HAVING COUNT(*) > 0""";

    private static final String OF_EACH = """
            INSERT INTO event_batch (stored_at, ids) VALUES (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z', ?)""";

    private static final Comparator<EventRow> BY_PLACE = Comparator.comparing(
                    (EventRow row) -> row.record().topic())
            .thenComparing(row -> row.record().partition())
            .thenComparing(row -> row.record().offset());

    private EventBatchLog() {}

    /** Records these new rows in the transaction of the caller. */
    static void add(JdbcTemplate jdbc, List<EventRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        ArrayNode ids = JsonNodeFactory.instance.arrayNode();
        rows.stream().sorted(BY_PLACE).forEach(row -> ids.add(row.event().id()));
        jdbc.update(OF_EACH, ids.toString());
    }
}
