package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The statements for PostgreSQL. One statement has all rows of a batch as columns. It costs the database and the driver
 * less than a statement with as many values, and it returns the number of new rows. The table of an earlier version may
 * become partitioned while this gateway runs. The next statement then fails, and the attempt of the caller after it uses
 * the SQL for partitions. Any thread.
 */
final class PostgresqlEvents implements EventStatements {

    private static final String INSERT = "INSERT INTO event (" + EventColumns.ALL + ") ";
    private static final String INSERT_STORED = "INSERT INTO event (" + EventColumns.ALL + ", stored_at) ";

    /** The rows of a batch. Its arrays have times as texts. */
    private static final String BATCH = "SELECT " + typed(EventColumns.ALL)
            + " FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[]" + ", ?::text[]".repeat(11)
            + ") AS new (" + EventColumns.ALL + ")";

    /** {@code event_key} has the ids of stored events and of erased events. */
    private static final String INSERT_ALL = EventCounts.OF_ALL.formatted("", INSERT + BATCH + """
             WHERE (SELECT true FROM event_key WHERE event_key.id = new.id) IS NULL
            ON CONFLICT (id) DO NOTHING""");

    /** The partitioned table has no key of its own: an id is new if {@code event_key} does not have it. */
    private static final String INSERT_ALL_PARTITIONED = EventCounts.OF_ALL.formatted(
            "batch AS MATERIALIZED (" + BATCH + """
            ),
            keyed AS (
                INSERT INTO event_key (id, stored_at) SELECT id, now() FROM batch ON CONFLICT DO NOTHING RETURNING id),
            """,
            INSERT_STORED + "SELECT batch.*, now() FROM batch JOIN keyed ON keyed.id = batch.id");

    private static final String COPY_PARTITIONED =
            """
            WITH keyed AS (INSERT INTO event_key (id, stored_at) VALUES (?, now()) RETURNING id)
            """ + INSERT_STORED + "SELECT keyed.id, " + EventColumns.OTHERS + """
            , now()
            FROM keyed, (SELECT * FROM event ORDER BY occurred_at DESC, id DESC LIMIT 1) AS newest""";

    private static final String STORED =
            EventColumns.OF_STORED + "event e JOIN unnest(?::text[]) AS wanted (id) ON e.id = wanted.id";

    private static final String DIFFERS = " WHERE e.payload <> new.payload OR e.publisher <> new.publisher";

    /** A repeat nearly always has the same text, so the rows of a batch that is read again need not be fetched. */
    private static final String OTHERS = EventColumns.OF_STORED
            + "event e JOIN unnest(?::text[], ?::text[], ?::text[]) AS new (id, payload, publisher) ON e.id = new.id"
            + DIFFERS;

    /** Looks up row by row, so that it never becomes a join with the whole table. The key gives the partition. */
    private static final String BY_KEY = EventColumns.OF_STORED + """
            unnest(%s) AS new (%s)
            CROSS JOIN LATERAL (SELECT stored_at FROM event_key WHERE event_key.id = new.id LIMIT 1) AS key
            CROSS JOIN LATERAL (SELECT * FROM event WHERE event.id = new.id AND event.stored_at = key.stored_at LIMIT 1) AS e""";

    private static final String STORED_PARTITIONED = BY_KEY.formatted("?::text[]", "id");
    private static final String OTHERS_PARTITIONED =
            BY_KEY.formatted("?::text[], ?::text[], ?::text[]", "id, payload, publisher") + DIFFERS;

    private static final String KEYS = "SELECT id FROM event_key WHERE id = ANY (?::text[])";
    private static final String KEEP_KEYS =
            "INSERT INTO event_key (id, stored_at) SELECT id, now() FROM unnest(?::text[]) AS new (id) ORDER BY id ON CONFLICT DO NOTHING";
    private static final String IS_PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = 'event'::regclass";

    private final JdbcTemplate jdbc;
    private final ForeignBatches foreign;
    private volatile boolean isPartitioned;
    private volatile boolean isKnown;
    private volatile boolean isOrderChecked;

    PostgresqlEvents(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.foreign = new ForeignBatches(jdbc, transaction);
    }

    private static String typed(String columns) {
        return columns.replaceAll("\\w+_at", "$0::timestamptz AS $0");
    }

    @Override
    public void prepare() {
        if (!isKnown) {
            isPartitioned = Boolean.TRUE.equals(jdbc.queryForObject(IS_PARTITIONED, Boolean.class));
            isKnown = true;
        }
    }

    @Override
    public void failed() {
        isKnown = isPartitioned;
        isOrderChecked = false;
    }

    @Override
    public void removeForeignBatches() {
        if (!isOrderChecked) {
            foreign.remove();
            isOrderChecked = true;
        }
    }

    @Override
    public int insert(List<EventRow> rows) {
        PreparedStatementSetter columns = statement -> {
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
            text(statement, 15, rows, EventRow::repairedBy);
            text(statement, 16, rows, EventRow::publisher);
        };
        ResultSetExtractor<Integer> count = found -> found.next() ? found.getInt(1) : 0;
        Integer inserted = jdbc.query(isPartitioned ? INSERT_ALL_PARTITIONED : INSERT_ALL, columns, count);
        return inserted == null ? 0 : inserted;
    }

    @Override
    public int insertCopy(String id) {
        return jdbc.update(isPartitioned ? COPY_PARTITIONED : EventColumns.COPY, id);
    }

    @Override
    public void keepKeys(List<String> ids) {
        jdbc.update(KEEP_KEYS, ids(ids));
    }

    @Override
    public Map<String, StoredEvent> others(List<EventRow> rows) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = others -> found.put(others.getString("id"), StoredEvent.of(others));
        PreparedStatementSetter values = statement -> {
            text(statement, 1, rows, row -> row.event().id());
            text(statement, 2, rows, EventRow::payload);
            text(statement, 3, rows, EventRow::publisher);
        };
        jdbc.query(isPartitioned ? OTHERS_PARTITIONED : OTHERS, values, add);
        return found;
    }

    @Override
    public Map<String, StoredEvent> stored(Collection<String> ids) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = rows -> found.put(rows.getString("id"), StoredEvent.of(rows));
        jdbc.query(isPartitioned ? STORED_PARTITIONED : STORED, ids(ids), add);
        return found;
    }

    @Override
    public Set<String> keys(Collection<String> ids) {
        Set<String> found = new HashSet<>();
        RowCallbackHandler add = rows -> found.add(rows.getString(1));
        jdbc.query(KEYS, ids(ids), add);
        return found;
    }

    @Override
    public void lockDefinition() {
        // The lock stays until the end of the transaction.
        jdbc.execute("SELECT FROM event LIMIT 0");
    }

    @Override
    public void checkConstraintsAtOnce() {
        jdbc.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }

    private static PreparedStatementSetter ids(Collection<String> ids) {
        return statement -> array(statement, 1, "text", ids.toArray());
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
}
