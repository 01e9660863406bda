package io.github.eventgateway.retention;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.UserFields;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Restores the events of an archive. In PostgreSQL they become a partition, which retention does not remove. In SQLite
 * they count as stored now. Events of an erased user from before the erasure are not restored. An interrupted restore
 * can be repeated. One thread at a time.
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
    private static final String PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass('event')";

    /**
     * The result of a restore.
     *
     * @param events the number of events that were missing
     * @param erased the number of events that were left out because their user was erased
     */
    record Restored(long events, long erased) {}

    private final ArchiveFile file;
    private final ErasedUsers users;
    private final UserFields fields;
    private long left;

    /**
     * @param users the users whose events are not restored
     * @param fields the fields of events with user ids
     */
    RestoredEvents(ArchiveFile file, ErasedUsers users, UserFields fields) {
        this.file = file;
        this.users = users;
        this.fields = fields;
    }

    /**
     * Restores the events to SQLite in small transactions, because a gateway may be storing.
     */
    Restored intoSqlite(Connection connection) throws SQLException, IOException {
        left = 0;
        long[] added = {0};
        connection.setAutoCommit(false);
        List<JsonNode> waiting = new ArrayList<>();
        try (RowInserts rows = new RowInserts(connection, INTO_SQLITE, false);
                PreparedStatement key = connection.prepareStatement("DELETE FROM event_key WHERE id = ?")) {
            file.forEach(row -> {
                waiting.add(row);
                if (waiting.size() == AT_ONCE) {
                    added[0] += restore(waiting, rows, key, connection);
                }
            });
            added[0] += restore(waiting, rows, key, connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return new Restored(added[0], left);
    }

    /** Restores rows in one transaction, the only writer, so that no user is erased meanwhile. Returns the new rows. */
    private long restore(List<JsonNode> waiting, RowInserts rows, PreparedStatement key, Connection connection)
            throws SQLException, IOException {
        ErasedUsers.Known erased = erased(connection);
        for (JsonNode row : waiting) {
            if (isErased(row, erased)) {
                left++;
            } else {
                key.setString(1, row.path("id").asText());
                key.addBatch();
                rows.add(row);
            }
        }
        waiting.clear();
        key.executeBatch();
        long added = rows.flush();
        connection.commit();
        return added;
    }

    private ErasedUsers.Known erased(Connection connection) throws SQLException {
        ErasedUsers.Known erased = users.known(new JdbcTemplate(new SingleConnectionDataSource(connection, true)));
        if (erased.hasOtherKeys()) {
            throw new SQLException(
                    "users were erased under an AUDIT_SECRET that this command does not have, so their events would be"
                            + " restored: set AUDIT_SECRET to the secret of the gateways");
        }
        return erased;
    }

    private boolean isErased(JsonNode row, ErasedUsers.Known erased) throws IOException {
        if (erased.isEmpty()) {
            return false;
        }
        Set<String> about = fields.users(row.path("type").asText(), ArchiveFile.data(row));
        if (row.hasNonNull("user_id")) {
            about.add(row.path("user_id").asText());
        }
        return erased.isErased(about, Instant.parse(row.path("received_at").asText()));
    }

    /**
     * Restores the events to PostgreSQL as a partition with the name of the file, all or none.
     *
     * @throws SQLException if the table exists, if a partition has these times, or if a user was erased in between
     */
    Restored intoPostgresql(Connection connection, ArchiveFile.Content content) throws SQLException, IOException {
        if (!Sql.isTrue(connection, PARTITIONED)) {
            throw new SQLException(
                    "The table event is not partitioned yet: start the gateway, and wait until it logs the partitioning");
        }
        String table = tableName();
        left = 0;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table
                    + " (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE)");
            ErasedUsers.Known erased = erased(connection);
            fill(connection, table, erased);
            statement.execute("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM " + table
                    + " ORDER BY id ON CONFLICT DO NOTHING");
            // If the id of an event was removed, the event may have been stored again.
            statement.execute("DELETE FROM " + table + " AS old USING event_key AS key"
                    + " WHERE key.id = old.id AND key.stored_at <> old.stored_at");
            long restored = Long.parseLong(Sql.text(connection, "SELECT count(*) FROM " + table));
            statement.execute("CREATE INDEX ON " + table + " (id)");
            statement.execute("COMMENT ON TABLE " + table + " IS '" + PostgresqlTrimmer.RESTORED + "'");
            statement.execute("ALTER TABLE event ATTACH PARTITION " + table + " FOR VALUES FROM ('" + content.first()
                    + "') TO ('" + content.last().plusNanos(1000) + "')");
            // A later erasure waits for this transaction. An earlier one is found here.
            if (erased(connection) != erased) {
                throw new SQLException("a user was erased during the restore: run it again");
            }
            connection.commit();
            return new Restored(restored, left);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void fill(Connection connection, String table, ErasedUsers.Known erased) throws SQLException, IOException {
        try (RowInserts rows = new RowInserts(connection, INSERT.formatted(table) + "?)", true)) {
            file.forEach(row -> {
                if (isErased(row, erased)) {
                    left++;
                } else {
                    rows.add(row);
                }
                if (rows.isFull()) {
                    rows.flush();
                }
            });
            rows.flush();
        }
    }

    /** Returns the name of the file in characters that need no quotes. */
    private String tableName() {
        String name = file.path().getFileName().toString().replace(EventArchive.EXTENSION, "");
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return plain.matches("[a-z_].{0,50}") ? plain : "event_restored";
    }

    /** Inserts rows in batches. */
    private static final class RowInserts implements AutoCloseable {

        private final PreparedStatement insert;
        private final boolean withStoredAt;
        private int waiting;

        RowInserts(Connection connection, String sql, boolean withStoredAt) throws SQLException {
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

        /** Returns how many were added. */
        long flush() throws SQLException {
            waiting = 0;
            return Arrays.stream(insert.executeBatch())
                    .filter(count -> count > 0)
                    .count();
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
