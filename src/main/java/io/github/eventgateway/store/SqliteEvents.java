package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The statements for SQLite. A batch of rows is a JDBC batch. Only one transaction can write. Any thread. */
final class SqliteEvents implements EventStatements {

    /** {@code event_key} has the ids of deleted events. */
    private static final String INSERT = "INSERT INTO event (" + EventColumns.ALL + ", stored_at) SELECT "
            + "?, ".repeat(16) + "unixepoch() WHERE NOT EXISTS (SELECT 1 FROM event_key WHERE id = ?)"
            + " ON CONFLICT (id) DO NOTHING";

    private static final String KEEP_KEY =
            "INSERT INTO event_key (id, stored_at) VALUES (?, unixepoch()) ON CONFLICT (id) DO NOTHING";
    private static final String STORED = EventColumns.OF_STORED + "event e WHERE e.id = ?";

    /** A repeat nearly always has the same text, so the rows of a batch that is read again need not be fetched. */
    private static final String OTHER = STORED + " AND (e.payload <> ? OR e.publisher <> ?)";

    private static final String KEY = "SELECT id FROM event_key WHERE id = ?";

    private final JdbcTemplate jdbc;

    SqliteEvents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public int insert(List<EventRow> rows) {
        int[] updated = jdbc.batchUpdate(INSERT, new RowValues(rows));
        List<EventRow> added = IntStream.range(0, rows.size())
                .filter(at -> updated[at] > 0)
                .mapToObj(rows::get)
                .toList();
        EventCounts.add(jdbc, added);
        EventBatchLog.add(jdbc, added);
        return added.size();
    }

    @Override
    public int insertCopy(String id) {
        return jdbc.update(EventColumns.COPY, id);
    }

    @Override
    public void keepKeys(List<String> ids) {
        jdbc.batchUpdate(KEEP_KEY, ids.stream().map(id -> new Object[] {id}).toList());
    }

    @Override
    public Map<String, StoredEvent> others(List<EventRow> rows) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = others -> found.put(others.getString("id"), StoredEvent.of(others));
        for (EventRow row : rows) {
            PreparedStatementSetter values = statement -> {
                statement.setString(1, row.event().id());
                statement.setString(2, row.payload());
                statement.setString(3, row.publisher());
            };
            jdbc.query(OTHER, values, add);
        }
        return found;
    }

    @Override
    public Map<String, StoredEvent> stored(Collection<String> ids) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = rows -> found.put(rows.getString("id"), StoredEvent.of(rows));
        ids.forEach(id -> jdbc.query(STORED, add, id));
        return found;
    }

    @Override
    public Set<String> keys(Collection<String> ids) {
        Set<String> found = new HashSet<>();
        RowCallbackHandler add = rows -> found.add(rows.getString(1));
        ids.forEach(id -> jdbc.query(KEY, add, id));
        return found;
    }

    @Override
    public void prepare() {
        // The definition of the table never changes.
    }

    @Override
    public void failed() {
        // The definition of the table never changes.
    }

    @Override
    public void removeForeignBatches() {
        // The numbers are in the file, also in that of a copy.
    }

    @Override
    public void lockDefinition() {
        // Nobody else writes during the transaction.
    }

    @Override
    public void checkConstraintsAtOnce() {
        // No constraint is deferred.
    }

    private record RowValues(List<EventRow> rows) implements BatchPreparedStatementSetter {

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
            statement.setString(15, row.repairedBy());
            statement.setString(16, row.publisher());
            statement.setString(17, row.event().id());
        }
    }
}
