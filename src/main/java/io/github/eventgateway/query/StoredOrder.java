package io.github.eventgateway.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads events in the order in which they were stored, from the table {@code event_batch}. On PostgreSQL it stops at
 * the oldest running transaction that writes, because no batch can appear before it any more. Any thread.
 */
@Component
class StoredOrder {

    /** The number of batches per read. A full batch has as many events as a consumer polls. */
    static final int BATCHES = 20;

    private static final String COLUMNS =
            "type, topic, kafka_partition, kafka_offset, occurred_at, received_at, publisher,"
                    + " repaired_by, user_id, username, ip, service, level, payload";

    private static final String BATCHES_IN_POSTGRESQL = """
            SELECT bound.horizon, bound.deleted, bound.read_at, batch.number, batch.ids
            FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon, clock_timestamp() AS read_at,
                         (SELECT number FROM event_batch_deleted) AS deleted) AS bound
            LEFT JOIN LATERAL (SELECT number, ids FROM event_batch
                WHERE number >= ? AND number < bound.horizon ORDER BY number LIMIT %d) AS batch ON true
            ORDER BY batch.number""".formatted(BATCHES);

    private static final String BATCHES_IN_SQLITE = """
            SELECT bound.horizon, bound.deleted, bound.read_at, batch.number, batch.ids
            FROM (SELECT strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') AS read_at, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'event_batch'), 0) + 1 AS horizon,
                         (SELECT number FROM event_batch_deleted) AS deleted) AS bound
            LEFT JOIN (SELECT number, ids FROM event_batch WHERE number >= ? ORDER BY number LIMIT %d) AS batch ON true
            ORDER BY batch.number""".formatted(BATCHES);

    /** The batch before a position is older than the position, unless it is from after a restoration. */
    private static final String RESTORED = """
            SELECT EXISTS (SELECT 1 FROM (SELECT stored_at FROM event_batch WHERE number < ? ORDER BY number DESC LIMIT 1) AS last
                           WHERE last.stored_at > ?)
                OR EXISTS (SELECT 1 FROM event_batch_deleted WHERE number < ? AND stored_at > ?)""";

    /**
     * Looks up row by row, so that it never becomes a join with the whole table. It checks the lengths first. The key
     * gives the partition.
     */
    private static final String EVENTS_IN_POSTGRESQL = """
            WITH wanted AS MATERIALIZED (
                SELECT entry.place, entry.id, key.stored_at, found.bytes
                FROM json_array_elements_text(?::json) WITH ORDINALITY AS entry (id, place)
                CROSS JOIN LATERAL (SELECT stored_at FROM event_key WHERE event_key.id = entry.id LIMIT 1) AS key
                CROSS JOIN LATERAL (SELECT octet_length(payload) AS bytes FROM event
                    WHERE event.id = entry.id AND event.stored_at = key.stored_at LIMIT 1) AS found)
            SELECT page.place - 1 AS place, page.found, page.id, %s
            FROM (SELECT place, id, stored_at, COUNT(*) OVER () AS found,
                         SUM(bytes) OVER (ORDER BY place) - bytes AS bytes_before
                FROM wanted) AS page
            CROSS JOIN LATERAL (SELECT * FROM event
                WHERE event.id = page.id AND event.stored_at = page.stored_at LIMIT 1) AS stored
            WHERE page.bytes_before < ? ORDER BY page.place""".formatted(COLUMNS.replaceAll("(\\w+)", "stored.$1"));

    private static final String EVENTS_IN_SQLITE = """
            SELECT page.place, page.found, page.id, %s
            FROM (SELECT place, id, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY place) - bytes AS bytes_before
                FROM (SELECT entry.key AS place, event.id AS id, octet_length(event.payload) AS bytes
                    FROM json_each(?) AS entry CROSS JOIN event ON event.id = entry.value)) AS page
            CROSS JOIN event AS stored ON stored.id = page.id
            WHERE page.bytes_before < ? ORDER BY page.place""".formatted(COLUMNS.replaceAll("(\\w+)", "stored.$1"));

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final String batches;
    private final String events;

    StoredOrder(JdbcTemplate jdbc, DatabaseSettings database, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
        this.batches = database.isPostgresql() ? BATCHES_IN_POSTGRESQL : BATCHES_IN_SQLITE;
        this.events = database.isPostgresql() ? EVENTS_IN_POSTGRESQL : EVENTS_IN_SQLITE;
    }

    /** The events of one transaction of the store. */
    record Batch(long number, List<String> ids) {}

    /**
     * Batches in their order.
     *
     * @param horizon no further batch can appear before it
     * @param deleted the largest deleted number
     * @param readAt the time of the database, in milliseconds since 1970; all batches before the horizon are older
     */
    record Batches(long horizon, long deleted, long readAt, List<Batch> found) {}

    /** Returns the position from which new events follow. */
    OrderedReading from(StreamPosition start) {
        return new OrderedReading(this, start, json);
    }

    /** Returns the position of the next event. */
    StreamPosition end() {
        Batches none = batches(Long.MAX_VALUE);
        return new StreamPosition(none.horizon(), 0, none.readAt());
    }

    Batches batches(long from) {
        List<Map<String, Object>> rows = jdbc.queryForList(batches, from);
        Map<String, Object> bounds = rows.get(0);
        return new Batches(
                ((Number) bounds.get("horizon")).longValue(),
                ((Number) bounds.get("deleted")).longValue(),
                ColumnTime.of(bounds.get("read_at")).toEpochMilli() + 1,
                rows.stream()
                        .filter(row -> row.get("number") != null)
                        .map(row -> new Batch(((Number) row.get("number")).longValue(), ids((String) row.get("ids"))))
                        .toList());
    }

    /**
     * Returns whether an earlier state of the database was restored after this position was read. The numbers of batches
     * then repeat, and events from after the restoration may be before the position.
     */
    boolean wasRestoredAfter(StreamPosition position) {
        if (position.readAt() == 0) {
            return false;
        }
        OffsetDateTime time = ColumnTime.column(Instant.ofEpochMilli(position.readAt()));
        return Boolean.TRUE.equals(
                jdbc.queryForObject(RESTORED, Boolean.class, position.batch(), time, position.batch(), time));
    }

    private List<String> ids(String array) {
        try {
            return List.of(json.readValue(array, String[].class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the existing events of these ids up to a size in bytes, each with its {@code place} in the list.
     * {@code found} is the number of all existing ones.
     */
    List<Map<String, Object>> events(List<String> ids, int bytes) {
        try {
            return jdbc.queryForList(events, json.writeValueAsString(ids), bytes);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
