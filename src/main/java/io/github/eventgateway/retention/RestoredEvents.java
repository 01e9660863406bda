package io.github.eventgateway.retention;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.database.ColumnTime;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;

/**
 * Brings the events of an archive back. In PostgreSQL they are a partition again, which retention leaves alone; in SQLite they count as stored
 * now. What is broken off can be done again. One thread at a time.
 */
final class RestoredEvents {

    private static final int AT_ONCE = 1000;
    private static final List<String> TEXTS = List.of(
            "id",
            "type",
            "topic",
            "user_id",
            "username",
            "ip",
            "action",
            "service",
            "level",
            "payload",
            "repaired_by",
            "publisher");
    private static final List<String> NUMBERS = List.of("kafka_partition", "kafka_offset");
    private static final List<String> TIMES = List.of("occurred_at", "received_at");
    private static final String COLUMNS = String.join(", ", TEXTS) + ", " + String.join(", ", NUMBERS) + ", "
            + String.join(", ", TIMES) + ", stored_at";
    private static final String INSERT =
            "INSERT INTO %s (" + COLUMNS + ") VALUES (" + "?, ".repeat(TEXTS.size() + NUMBERS.size() + TIMES.size());
    private static final String INTO_SQLITE = INSERT.formatted("event") + "unixepoch()) ON CONFLICT (id) DO NOTHING";
    private static final String PARTITIONED =
            "SELECT count(*) FROM pg_class WHERE oid = to_regclass('event') AND relkind = 'p'";

    private final ArchiveFile file;

    RestoredEvents(ArchiveFile file) {
        this.file = file;
    }

    /**
     * Restores them into SQLite, in small transactions, since a gateway may store meanwhile.
     *
     * @return how many were not there
     */
    long intoSqlite(Connection connection) throws SQLException, IOException {
        long before = number(connection, "SELECT count(*) FROM event");
        connection.setAutoCommit(false);
        try (Rows rows = new Rows(connection, INTO_SQLITE, false);
                PreparedStatement key = connection.prepareStatement("DELETE FROM event_key WHERE id = ?")) {
            file.forEach(row -> {
                key.setString(1, row.path("id").asText());
                key.addBatch();
                rows.add(row);
                if (rows.isFull()) {
                    flush(rows, key, connection);
                }
            });
            flush(rows, key, connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return number(connection, "SELECT count(*) FROM event") - before;
    }

    private static void flush(Rows rows, PreparedStatement key, Connection connection) throws SQLException {
        key.executeBatch();
        rows.flush();
        connection.commit();
    }

    /**
     * Restores them into PostgreSQL, as a partition with the name of the file, all or none.
     *
     * @return how many were not there
     * @throws SQLException when there is such a table, or a partition for these times
     */
    long intoPostgresql(Connection connection, ArchiveFile.Content content) throws SQLException, IOException {
        if (number(connection, PARTITIONED) == 0) {
            throw new SQLException("The table event is not partitioned yet: start the gateway, and wait until it is");
        }
        String table = tableName();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table
                    + " (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)");
            fill(connection, table);
            statement.execute("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM " + table
                    + " ORDER BY id ON CONFLICT DO NOTHING");
            // an event whose id was forgotten may have been stored again
            statement.execute("DELETE FROM " + table + " AS old USING event_key AS key"
                    + " WHERE key.id = old.id AND key.stored_at <> old.stored_at");
            long restored = number(connection, "SELECT count(*) FROM " + table);
            statement.execute("CREATE INDEX ON " + table + " (id)");
            statement.execute("COMMENT ON TABLE " + table + " IS '" + PostgresqlTrimmer.RESTORED + "'");
            statement.execute("ALTER TABLE event ATTACH PARTITION " + table + " FOR VALUES FROM ('" + content.first()
                    + "') TO ('" + content.last().plusNanos(1000) + "')");
            connection.commit();
            return restored;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void fill(Connection connection, String table) throws SQLException, IOException {
        try (Rows rows = new Rows(connection, INSERT.formatted(table) + "?)", true)) {
            file.forEach(row -> {
                rows.add(row);
                if (rows.isFull()) {
                    rows.flush();
                }
            });
            rows.flush();
        }
    }

    /** That of the file, in letters that need no quotes. */
    private String tableName() {
        String name = file.path().getFileName().toString().replace(EventArchive.EXTENSION, "");
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return plain.matches("[a-z_].{0,50}") ? plain : "event_restored";
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Inserts rows, many at a time. */
    private static final class Rows implements AutoCloseable {

        private final PreparedStatement insert;
        private final boolean withStoredAt;
        private int waiting;

        Rows(Connection connection, String sql, boolean withStoredAt) throws SQLException {
            this.insert = connection.prepareStatement(sql);
            this.withStoredAt = withStoredAt;
        }

        void add(JsonNode row) throws SQLException {
            int at = 1;
            for (String column : TEXTS) {
                insert.setString(at++, row.path(column).textValue());
            }
            for (String column : NUMBERS) {
                insert.setLong(at++, row.path(column).asLong());
            }
            for (String column : TIMES) {
                insert.setObject(at++, time(row, column));
            }
            if (withStoredAt) {
                insert.setObject(at, time(row, "stored_at"));
            }
            insert.addBatch();
            waiting++;
        }

        boolean isFull() {
            return waiting == AT_ONCE;
        }

        private static OffsetDateTime time(JsonNode row, String column) {
            return ColumnTime.column(Instant.parse(row.path(column).asText()));
        }

        void flush() throws SQLException {
            insert.executeBatch();
            waiting = 0;
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
