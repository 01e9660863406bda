package io.github.eventgateway.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.erasure.ErasurePart.Step;
import io.github.eventgateway.erasure.UserToErase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Deletes the events of a user in SQLite. */
final class SqliteEventErasure implements EventErasureStatements {

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

    SqliteEventErasure(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public long deleteByColumn(Connection connection, UserToErase user) throws SQLException {
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

    @Override
    public Step lookThrough(Connection connection, UserToErase user, String position) throws SQLException {
        long after = position.equals(StoredEventErasure.BEGIN) ? 0 : Long.parseLong(position);
        Set<String> types = user.fields().typesWithOthers();
        boolean isLong = StoredEventErasure.isBeyondColumn(user);
        List<String> found = new ArrayList<>();
        int count = 0;
        try (PreparedStatement page = connection.prepareStatement(ROWS)) {
            page.setLong(1, after);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    count++;
                    after = rows.getLong(1);
                    boolean isWanted = types.contains(rows.getString(3)) || isLong && rows.getBoolean(5);
                    if (isWanted && StoredEventErasure.isOf(json, user, rows.getString(3), rows.getString(4))) {
                        found.add(rows.getString(2));
                    }
                }
            }
        }
        delete(connection, found);
        return count < LOOKED_THROUGH ? Step.last(found.size()) : new Step(found.size(), String.valueOf(after), false);
    }
}
