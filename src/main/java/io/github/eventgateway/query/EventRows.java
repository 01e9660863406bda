package io.github.eventgateway.query;

import io.github.eventgateway.database.ColumnTime;
import java.util.List;
import java.util.Map;

/**
 * Events from the database, newest first.
 *
 * @param next the position after which further events may follow; null if none do
 */
record EventRows(List<Map<String, Object>> rows, Cursor next) {

    /** Returns the position of an event; null for null. */
    static Cursor cursor(Map<String, Object> row) {
        return row == null ? null : new Cursor(ColumnTime.of(row.get("occurred_at")), (String) row.get("id"));
    }
}
