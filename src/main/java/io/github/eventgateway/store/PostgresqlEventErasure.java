package io.github.eventgateway.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.Sql;
import io.github.eventgateway.erasure.ErasurePart.Step;
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

/** Deletes the events of a user in all tables with the columns of events: attached and detached partitions. */
final class PostgresqlEventErasure implements EventErasureStatements {

    private static final int FETCHED = 10;
    private static final int STATEMENT_TIMEOUT_SECONDS = 30;
    private static final String SEPARATOR = StoredEventErasure.BEGIN;

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

    private final ObjectMapper json;

    PostgresqlEventErasure(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public long deleteByColumn(Connection connection, UserToErase user) throws SQLException {
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
    @Override
    public Step lookThrough(Connection connection, UserToErase user, String position) throws SQLException {
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
            page.setBoolean(2, StoredEventErasure.isBeyondColumn(user));
            page.setString(3, after);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    count++;
                    last = rows.getString(1);
                    if (rows.getString(2) != null
                            && StoredEventErasure.isOf(json, user, rows.getString(2), rows.getString(3))) {
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
}
