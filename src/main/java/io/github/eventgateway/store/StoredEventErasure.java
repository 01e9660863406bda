package io.github.eventgateway.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.erasure.UserToErase;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Deletes the stored events of a user. Their ids stay in {@code event_key}. It first finds events by the index of the
 * column {@code user_id}. If types have other fields with user ids, it then examines all events of these types. If the
 * id is too long for the column, it examines all events without a value there. On
 * PostgreSQL it covers all tables with the columns of events: attached and detached partitions. One thread at a time.
 */
@Component
class StoredEventErasure implements ErasurePart {

    private static final int AT_ONCE = 500;
    private static final int LOOKED_THROUGH = 1000;
    private static final int FETCHED = 10;
    private static final int STATEMENT_TIMEOUT_SECONDS = 30;
    private static final String SEPARATOR = "|";

    private static final String TABLES = """
            SELECT quote_ident(c.relname) FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'event'::regclass)
              AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                   AND a.attname IN ('id', 'user_id', 'kafka_offset', 'payload', 'stored_at')) = 5""";

    /** The placeholders are the table, the condition for its rows, and their maximum number. */
    private static final String DELETE = """
            WITH gone AS (DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s LIMIT %3$d)) RETURNING id, stored_at),
            keyed AS (INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM gone ORDER BY id ON CONFLICT DO NOTHING)
            SELECT count(*) FROM gone""";

    private static final String PAGE = """
            SELECT id, CASE WHEN wanted THEN type END, CASE WHEN wanted THEN payload END
            FROM (SELECT id, type, payload, type = ANY (?) OR ? AND user_id IS NULL AS wanted
                  FROM %s WHERE id > ? ORDER BY id LIMIT %d) page ORDER BY id""";

    /** A row that is older than the column {@code stored_at} has no time, and gets the time of the migration. */
    private static final String KEEP_KEY = """
            INSERT INTO event_key (id, stored_at)
            SELECT id, COALESCE(stored_at, (SELECT at FROM event_stored_since)) FROM event WHERE id = ? ON CONFLICT (id) DO NOTHING""";

    private static final String DELETE_ONE = "DELETE FROM event WHERE id = ?";
    private static final String IDS = "SELECT id FROM event WHERE user_id = ? LIMIT " + AT_ONCE;
    private static final String ROWS =
            "SELECT rowid, id, type, payload, user_id IS NULL FROM event WHERE rowid > ? ORDER BY rowid LIMIT "
                    + LOOKED_THROUGH;

    private final ObjectMapper json;
    private final boolean isPostgresql;

    StoredEventErasure(ObjectMapper json, DatabaseSettings database) {
        this.json = json;
        this.isPostgresql = database.isPostgresql();
    }

    @Override
    public Kind kind() {
        return Kind.EVENTS;
    }

    @Override
    public Step step(Connection connection, UserToErase user, String position) throws SQLException {
        if (position != null) {
            return isPostgresql
                    ? lookThrough(connection, user, position)
                    : lookThroughSqlite(connection, user, position);
        }
        long erased = isPostgresql ? byColumn(connection, user) : byColumnInSqlite(connection, user);
        if (erased > 0) {
            return new Step(erased, null, false);
        }
        boolean isLast = user.fields().typesWithOthers().isEmpty() && !isBeyondColumn(user);
        return isLast ? Step.last(0) : new Step(0, SEPARATOR, false);
    }

    /** Returns whether the column {@code user_id} is too short for a value. It is then null in the events of the user. */
    private static boolean isBeyondColumn(UserToErase user) {
        return user.values().stream().anyMatch(value -> value.length() > EventRow.LONGEST_USER_ID);
    }

    private static long byColumn(Connection connection, UserToErase user) throws SQLException {
        List<String> tables = tables(connection);
        connection.setAutoCommit(false);
        for (String table : tables) {
            long erased = delete(connection, table, "user_id = ANY (?)", user.values());
            if (erased > 0) {
                return erased;
            }
        }
        return 0;
    }

    private static long delete(Connection connection, String table, String which, Collection<String> values)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE.formatted(table, which, AT_ONCE))) {
            delete.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            delete.setArray(1, texts(connection, values));
            try (ResultSet rows = delete.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = Sql.texts(connection, TABLES);
        Collections.sort(tables);
        return tables;
    }

    private static Array texts(Connection connection, Collection<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    /** The position is the name of a table, and the last id that was looked at there. */
    private Step lookThrough(Connection connection, UserToErase user, String position) throws SQLException {
        String[] at = position.split("\\|", 2);
        for (String table : tables(connection)) {
            if (table.compareTo(at[0]) >= 0) {
                String after = table.equals(at[0]) ? at[1] : "";
                return lookThrough(connection, user, table, after);
            }
        }
        return Step.last(0);
    }

    private Step lookThrough(Connection connection, UserToErase user, String table, String after) throws SQLException {
        List<String> found = new ArrayList<>();
        String last = after;
        int count = 0;
        connection.setAutoCommit(false);
        try (PreparedStatement page = connection.prepareStatement(PAGE.formatted(table, LOOKED_THROUGH))) {
            page.setQueryTimeout(STATEMENT_TIMEOUT_SECONDS);
            page.setFetchSize(FETCHED);
            page.setArray(1, texts(connection, user.fields().typesWithOthers()));
            page.setBoolean(2, isBeyondColumn(user));
            page.setString(3, after);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    count++;
                    last = rows.getString(1);
                    if (rows.getString(2) != null && isOf(user, rows.getString(2), rows.getString(3))) {
                        found.add(last);
                    }
                }
            }
        }
        long erased = found.isEmpty() ? 0 : delete(connection, table, "id = ANY (?)", found);
        boolean isWhole = erased == found.size();
        String next = count < LOOKED_THROUGH ? table + "\u0001" + SEPARATOR : table + SEPARATOR + last;
        return new Step(erased, isWhole ? next : table + SEPARATOR + after, false);
    }

    private boolean isOf(UserToErase user, String type, String payload) {
        try {
            JsonNode data = json.readTree(payload).path("data");
            return user.owns(type, data);
        } catch (JsonProcessingException e) {
            // Only the store writes the column, and it writes valid JSON.
            return false;
        }
    }

    private static long byColumnInSqlite(Connection connection, UserToErase user) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(IDS)) {
            for (String value : user.values()) {
                find.setString(1, value);
                try (ResultSet rows = find.executeQuery()) {
                    while (rows.next() && ids.size() < AT_ONCE) {
                        ids.add(rows.getString(1));
                    }
                }
            }
        }
        delete(connection, ids);
        return ids.size();
    }

    private static void delete(Connection connection, List<String> ids) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement key = connection.prepareStatement(KEEP_KEY);
                PreparedStatement row = connection.prepareStatement(DELETE_ONE)) {
            for (String id : ids) {
                key.setString(1, id);
                key.addBatch();
                row.setString(1, id);
                row.addBatch();
            }
            if (!ids.isEmpty()) {
                key.executeBatch();
                row.executeBatch();
            }
        }
    }

    private Step lookThroughSqlite(Connection connection, UserToErase user, String position) throws SQLException {
        long after = position.equals(SEPARATOR) ? 0 : Long.parseLong(position);
        Set<String> types = user.fields().typesWithOthers();
        boolean isLong = isBeyondColumn(user);
        List<String> found = new ArrayList<>();
        int count = 0;
        try (PreparedStatement page = connection.prepareStatement(ROWS)) {
            page.setLong(1, after);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    count++;
                    after = rows.getLong(1);
                    boolean isWanted = types.contains(rows.getString(3)) || isLong && rows.getBoolean(5);
                    if (isWanted && isOf(user, rows.getString(3), rows.getString(4))) {
                        found.add(rows.getString(2));
                    }
                }
            }
        }
        delete(connection, found);
        return count < LOOKED_THROUGH ? Step.last(found.size()) : new Step(found.size(), String.valueOf(after), false);
    }
}
