package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Counts stored events in the table {@code event_count}, in the transaction that stores them. A batch has few minutes,
 * types and levels, so it changes few rows. Only the consumer of a Kafka partition changes the rows of that partition.
 * If two gateways consume it for a moment, both lock the rows in the order of the key, after the events, so that they
 * cannot deadlock. One thread at a time.
 */
final class EventCounts {

    private static final String ADD = " ON CONFLICT (minute, kafka_partition, type, level, publisher)"
            + " DO UPDATE SET n = event_count.n + excluded.n";
    private static final String INTO = "INSERT INTO event_count (minute, kafka_partition, type, level, publisher, n)";

    /**
     * SQL for PostgreSQL. The first placeholder is for further WITH parts, each followed by a comma. The second is for
     * an INSERT. It returns the number of rows that the INSERT added.
     */
    static final String OF_ALL = """
            WITH %s fresh AS (
            %s RETURNING id, topic, kafka_partition, kafka_offset, received_at, type, level, publisher),
            logged AS (
            """ + EventBatchLog.OF_ALL + """
            ),
            counted AS (
            """ + INTO + """
             SELECT date_trunc('minute', received_at, 'UTC'), kafka_partition, type, COALESCE(level, ''),
                    COALESCE(publisher, ''), COUNT(*)
                FROM fresh GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
            """ + ADD + """
            )
            SELECT COUNT(*) FROM fresh""";

    private static final String OF_EACH = INTO + " VALUES (?, ?, ?, ?, ?, ?)" + ADD;

    private EventCounts() {}

    private record Cell(Instant minute, int partition, String type, String level, String publisher) {

        static final Comparator<Cell> ORDER = Comparator.comparing(Cell::minute)
                .thenComparing(Cell::partition)
                .thenComparing(Cell::type)
                .thenComparing(Cell::level)
                .thenComparing(Cell::publisher);

        static Cell of(EventRow row) {
            return new Cell(
                    row.receivedAt().truncatedTo(ChronoUnit.MINUTES),
                    row.record().partition(),
                    row.event().type(),
                    text(row.level()),
                    text(row.publisher()));
        }
    }

    private static String text(String column) {
        return column == null ? "" : column;
    }

    /** Counts these new rows in the transaction of the caller. */
    static void add(JdbcTemplate jdbc, List<EventRow> rows) {
        Map<Cell, Integer> cells = new TreeMap<>(Cell.ORDER);
        rows.forEach(row -> cells.merge(Cell.of(row), 1, Integer::sum));
        jdbc.batchUpdate(
                OF_EACH,
                cells.entrySet().stream()
                        .map(cell -> new Object[] {
                            ColumnTime.column(cell.getKey().minute()),
                            cell.getKey().partition(),
                            cell.getKey().type(),
                            cell.getKey().level(),
                            cell.getKey().publisher(),
                            cell.getValue()
                        })
                        .toList());
    }
}
