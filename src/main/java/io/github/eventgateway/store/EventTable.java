package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table {@code event}. PostgreSQL gets all rows of a batch as columns, in one statement, which costs it and its
 * driver less than a statement of as many values, and says how many rows were new; SQLite gets a JDBC batch. Any thread.
 */
@Component
class EventTable {

    private static final String COLUMNS = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                               user_id, username, ip, action, service, level, payload)
            """;
    private static final String EACH = COLUMNS + """
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""";
    private static final String ALL = COLUMNS + """
            SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at::timestamptz, received_at::timestamptz,
                   user_id, username, ip, action, service, level, payload
            FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                AS new (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                        user_id, username, ip, action, service, level, payload)
            ON CONFLICT DO NOTHING""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final boolean takesColumns;

    EventTable(JdbcTemplate jdbc, PlatformTransactionManager transactions, DatabaseSettings settings) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        // a batch may take longer than a query
        this.transaction.setTimeout(settings.batchSeconds());
        this.takesColumns = settings.isPostgresql();
    }

    /**
     * Inserts the rows that are not there yet, by one JDBC batch in one transaction.
     *
     * @return how many were new
     */
    int insert(List<EventRow> rows) {
        List<EventRow> sorted = new ArrayList<>(rows);
        // in one order everywhere, so that two gateways that insert the same ids never wait for each other in a circle
        sorted.sort(Comparator.comparing(row -> row.event().id()));
        Integer inserted = transaction.execute(status -> takesColumns ? insertAll(sorted) : insertEach(sorted));
        return inserted == null ? 0 : inserted;
    }

    private int insertEach(List<EventRow> rows) {
        int count = 0;
        for (int updated : jdbc.batchUpdate(EACH, new Rows(rows))) {
            count += updated;
        }
        return count;
    }

    private int insertAll(List<EventRow> rows) {
        return jdbc.update(ALL, statement -> {
            text(statement, 1, rows, row -> row.event().id());
            text(statement, 2, rows, row -> row.event().type());
            text(statement, 3, rows, row -> row.record().topic());
            array(
                    statement,
                    4,
                    "int4",
                    rows.stream().map(row -> row.record().partition()).toArray(Integer[]::new));
            array(
                    statement,
                    5,
                    "int8",
                    rows.stream().map(row -> row.record().offset()).toArray(Long[]::new));
            text(statement, 6, rows, row -> text(row.event().timestamp()));
            text(statement, 7, rows, row -> text(row.receivedAt()));
            text(statement, 8, rows, EventRow::userId);
            text(statement, 9, rows, EventRow::username);
            text(statement, 10, rows, EventRow::ip);
            text(statement, 11, rows, EventRow::action);
            text(statement, 12, rows, EventRow::service);
            text(statement, 13, rows, EventRow::level);
            text(statement, 14, rows, EventRow::payload);
        });
    }

    private static String text(Instant time) {
        return ColumnTime.column(time).toInstant().toString();
    }

    private static void text(
            PreparedStatement statement, int index, List<EventRow> rows, Function<EventRow, String> column)
            throws SQLException {
        array(statement, index, "text", rows.stream().map(column).toArray(String[]::new));
    }

    private static void array(PreparedStatement statement, int index, String type, Object[] values)
            throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(index, connection.createArrayOf(type, values));
    }

    private record Rows(List<EventRow> rows) implements BatchPreparedStatementSetter {

        @Override
        public int getBatchSize() {
            return rows.size();
        }

        @Override
        public void setValues(PreparedStatement statement, int index) throws SQLException {
            EventRow row = rows.get(index);
            statement.setString(1, row.event().id());
            statement.setString(2, row.event().type());
            statement.setString(3, row.record().topic());
            statement.setInt(4, row.record().partition());
            statement.setLong(5, row.record().offset());
            statement.setObject(6, ColumnTime.column(row.event().timestamp()));
            statement.setObject(7, ColumnTime.column(row.receivedAt()));
            statement.setString(8, row.userId());
            statement.setString(9, row.username());
            statement.setString(10, row.ip());
            statement.setString(11, row.action());
            statement.setString(12, row.service());
            statement.setString(13, row.level());
            statement.setString(14, row.payload());
        }
    }
}
