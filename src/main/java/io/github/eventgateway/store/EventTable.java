package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.UserFields;
import io.github.eventgateway.kafka.PolledRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads and writes the table {@code event}. For PostgreSQL one statement has all rows of a batch as columns. It costs
 * the database and the driver less than a statement with as many values, and it returns the number of new rows. SQLite
 * gets a JDBC batch. New rows are counted and logged in the same transaction. Any thread.
 */
@Component
class EventTable {

    private static final Logger LOG = LoggerFactory.getLogger(EventTable.class);

    private static final String COLUMNS = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                               user_id, username, ip, action, service, level, payload, repaired_by, publisher)
            """;
    private static final String COLUMNS_NEW = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                               user_id, username, ip, action, service, level, payload, repaired_by, publisher, stored_at)
            """;

    /** In SQLite, {@code event_key} has the ids of deleted events. */
    private static final String EACH = COLUMNS_NEW + """
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch()
            WHERE NOT EXISTS (SELECT 1 FROM event_key WHERE id = ?)
            ON CONFLICT (id) DO NOTHING""";

    /** {@code event_key} has the ids of stored events and of erased events. */
    private static final String ALL = EventCounts.OF_ALL.formatted("", COLUMNS + """
            SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at::timestamptz, received_at::timestamptz,
                   user_id, username, ip, action, service, level, payload, repaired_by, publisher
            FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::text[])
                AS new (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                        user_id, username, ip, action, service, level, payload, repaired_by, publisher)
            WHERE (SELECT true FROM event_key WHERE event_key.id = new.id) IS NULL
            ON CONFLICT (id) DO NOTHING""");

    private static final String COPY = COLUMNS + """
            SELECT ?, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                   user_id, username, ip, action, service, level, payload, repaired_by, publisher
            FROM event ORDER BY occurred_at DESC, id DESC LIMIT 1""";
    private static final String STORED =
            "SELECT e.id, e.topic, e.kafka_partition, e.kafka_offset, e.received_at, e.publisher, e.payload FROM event e";

    private static final String DIFFERS = " WHERE e.payload <> new.payload OR e.publisher <> new.publisher";

    /** A repeat nearly always has the same text, so the rows of a batch that is read again need not be fetched. */
    private static final String OTHERS_OF_ALL =
            STORED + " JOIN unnest(?::text[], ?::text[], ?::text[]) AS new (id, payload, publisher) ON e.id = new.id"
                    + DIFFERS;

    private static final String OTHER_OF_EACH = STORED + " WHERE e.id = ? AND (e.payload <> ? OR e.publisher <> ?)";
    private static final String OF_ALL = STORED + " JOIN unnest(?::text[]) AS wanted (id) ON e.id = wanted.id";
    private static final String OF_EACH = STORED + " WHERE e.id = ?";
    private static final String KEYS_OF_ALL = "SELECT id FROM event_key WHERE id = ANY (?::text[])";
    private static final String KEY_OF_EACH = "SELECT id FROM event_key WHERE id = ?";

    /** The partitioned table has no key of its own: an id is new if {@code event_key} does not have it. */
    private static final String ALL_NEW = EventCounts.OF_ALL.formatted(
            """
            batch AS MATERIALIZED (
                SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at::timestamptz AS occurred_at,
                       received_at::timestamptz AS received_at,
                       user_id, username, ip, action, service, level, payload, repaired_by, publisher
                FROM unnest(?::text[], ?::text[], ?::text[], ?::int[], ?::bigint[], ?::text[], ?::text[],
                            ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                            ?::text[])
                    AS new (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                            user_id, username, ip, action, service, level, payload, repaired_by, publisher)),
            keyed AS (
                INSERT INTO event_key (id, stored_at) SELECT id, now() FROM batch ON CONFLICT DO NOTHING RETURNING id),
            """, COLUMNS_NEW + "SELECT batch.*, now() FROM batch JOIN keyed ON keyed.id = batch.id");

    private static final String COPY_NEW = """
            WITH keyed AS (INSERT INTO event_key (id, stored_at) VALUES (?, now()) RETURNING id)
            """ + COLUMNS_NEW + """
            SELECT keyed.id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,
                   user_id, username, ip, action, service, level, payload, repaired_by, publisher, now()
            FROM keyed, (SELECT * FROM event ORDER BY occurred_at DESC, id DESC LIMIT 1) AS newest""";

    /** Looks up row by row, so that it never becomes a join with the whole table. The key gives the partition. */
    private static final String STORED_BY_KEY = """
            SELECT e.id, e.topic, e.kafka_partition, e.kafka_offset, e.received_at, e.publisher, e.payload FROM unnest(%s) AS new (%s)
            CROSS JOIN LATERAL (SELECT stored_at FROM event_key WHERE event_key.id = new.id LIMIT 1) AS key
            CROSS JOIN LATERAL (SELECT * FROM event WHERE event.id = new.id AND event.stored_at = key.stored_at LIMIT 1) AS e""";

    private static final String OTHERS_OF_ALL_NEW =
            STORED_BY_KEY.formatted("?::text[], ?::text[], ?::text[]", "id, payload, publisher") + DIFFERS;
    private static final String OF_ALL_NEW = STORED_BY_KEY.formatted("?::text[]", "id");

    private static final String KEEP_KEYS =
            "INSERT INTO event_key (id, stored_at) SELECT id, now() FROM unnest(?::text[]) AS new (id) ORDER BY id ON CONFLICT DO NOTHING";
    private static final String KEEP_KEY =
            "INSERT INTO event_key (id, stored_at) VALUES (?, unixepoch()) ON CONFLICT (id) DO NOTHING";

    private static final String IS_PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = 'event'::regclass";

    /** Makes deferred constraints fail now and not at the commit. */
    private static final String CHECK_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** Within another transaction it undoes only its own part. */
    private final TransactionTemplate nested;

    private final ErasedUsers users;
    private final UserFields fields;
    private final boolean isPostgresql;
    private volatile boolean isPartitioned;
    private volatile boolean isKnown;

    /** Null with SQLite. */
    private final ForeignBatches foreign;

    private volatile boolean isOrderChecked;

    EventTable(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            DatabaseSettings settings,
            ErasedUsers users,
            UserFields fields) {
        this.jdbc = jdbc;
        this.users = users;
        this.fields = fields;
        this.transaction = new TransactionTemplate(transactions);
        // A batch may take longer than a query.
        this.transaction.setTimeout(settings.batchSeconds());
        this.nested = new TransactionTemplate(transactions, this.transaction);
        this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        this.isPostgresql = settings.isPostgresql();
        this.foreign = isPostgresql ? new ForeignBatches(jdbc, transaction) : null;
    }

    /**
     * Checks before the first insert, and again after a failure, whether the rows of {@code event_batch} are of this
     * server. A gateway that keeps running may get a restored database. Not within a transaction.
     */
    void checkOrder() {
        if (foreign != null && !isOrderChecked) {
            foreign.remove();
            isOrderChecked = true;
        }
    }

    /**
     * The result of an insert.
     *
     * @param count the number of new rows
     * @param others the stored rows of ids that were not new, if their text or publisher differs
     */
    record Inserted(int count, Map<String, StoredEvent> others) {}

    /**
     * Inserts the new rows in one transaction. All ids must differ. If the user of an event was erased after the
     * gateway accepted the event, only its id is stored.
     */
    Inserted insert(List<EventRow> rows) {
        List<EventRow> sorted = new ArrayList<>(rows);
        // All gateways insert in the same order, so that two of them with the same ids cannot deadlock.
        sorted.sort(Comparator.comparing(row -> row.event().id()));
        return inTransaction(transaction, status -> {
            List<EventRow> kept = withoutErased(sorted);
            int count = kept.isEmpty() ? 0 : isPostgresql ? insertAll(kept) : insertEach(kept);
            // The second statement of the transaction sees what another gateway committed after the first.
            return new Inserted(count, count == kept.size() ? Map.of() : others(kept));
        });
    }

    private List<EventRow> withoutErased(List<EventRow> rows) {
        ErasedUsers.Known erased = users.known(jdbc);
        if (erased.isEmpty()) {
            return rows;
        }
        List<EventRow> kept = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (EventRow row : rows) {
            // Without a timestamp, the event may be from before any erasure.
            Instant at = PolledRecord.isDated(row.record().timestamp()) ? row.receivedAt() : Instant.MIN;
            if (erased.isErased(fields.users(row.event().type(), row.event().data()), at)) {
                ids.add(row.event().id());
            } else {
                kept.add(row);
            }
        }
        if (!ids.isEmpty()) {
            keepKeys(ids);
        }
        return kept;
    }

    private void keepKeys(List<String> ids) {
        if (isPostgresql) {
            jdbc.update(KEEP_KEYS, statement -> array(statement, 1, "text", ids.toArray()));
        } else {
            jdbc.batchUpdate(KEEP_KEY, ids.stream().map(id -> new Object[] {id}).toList());
        }
        LOG.info("{} events of erased users are not stored, because they are older than the erasure", ids.size());
    }

    /** Checks whether the database accepts this row, without keeping it. */
    void probe(EventRow row) {
        rolledBack(() -> isPostgresql ? insertAll(List.of(row)) : insertEach(List.of(row)));
    }

    /** Checks the same with a copy of the newest row under this id; returns whether a row exists. */
    boolean probeStored(String id) {
        return rolledBack(() -> jdbc.update(isPartitioned ? COPY_NEW : COPY, id)) > 0;
    }

    /**
     * Does several checks in one transaction, so that nobody can change the definition of the table between them. Nothing
     * is kept.
     */
    <T> T whileUnchanged(Supplier<T> checks) {
        return inTransaction(transaction, status -> {
            status.setRollbackOnly();
            if (isPostgresql) {
                // The lock stays until the end of the transaction.
                jdbc.execute("SELECT FROM event LIMIT 0");
            }
            return checks.get();
        });
    }

    /**
     * The table of an earlier version may become partitioned while this gateway runs. The next statement then fails,
     * and the attempt of the caller after it uses the SQL for partitions.
     */
    private <T> T inTransaction(TransactionTemplate template, TransactionCallback<T> work) {
        if (isPostgresql && !isKnown) {
            isPartitioned = Boolean.TRUE.equals(jdbc.queryForObject(IS_PARTITIONED, Boolean.class));
            isKnown = true;
        }
        try {
            return template.execute(work);
        } catch (DataAccessException | TransactionException e) {
            isKnown = isPartitioned;
            isOrderChecked = false;
            throw e;
        }
    }

    private int rolledBack(IntSupplier statement) {
        Integer count = inTransaction(nested, status -> {
            status.setRollbackOnly();
            if (isPostgresql) {
                jdbc.execute(CHECK_AT_ONCE);
            }
            return statement.getAsInt();
        });
        return count == null ? 0 : count;
    }

    /** Returns the stored rows of these ids by id. */
    Map<String, StoredEvent> stored(Collection<String> ids) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = rows -> found.put(rows.getString("id"), stored(rows));
        if (isPostgresql) {
            jdbc.query(
                    isPartitioned ? OF_ALL_NEW : OF_ALL, statement -> array(statement, 1, "text", ids.toArray()), add);
        } else {
            ids.forEach(id -> jdbc.query(OF_EACH, add, id));
        }
        return found;
    }

    /** Returns the ids whose events were stored. The event itself may have been removed since. */
    Set<String> known(Collection<String> ids) {
        Set<String> known = new HashSet<>(stored(ids).keySet());
        RowCallbackHandler add = rows -> known.add(rows.getString(1));
        if (isPostgresql) {
            jdbc.query(KEYS_OF_ALL, statement -> array(statement, 1, "text", ids.toArray()), add);
        } else {
            ids.forEach(id -> jdbc.query(KEY_OF_EACH, add, id));
        }
        return known;
    }

    private Map<String, StoredEvent> others(List<EventRow> rows) {
        Map<String, StoredEvent> found = new HashMap<>();
        RowCallbackHandler add = others -> found.put(others.getString("id"), stored(others));
        if (isPostgresql) {
            PreparedStatementSetter values = statement -> {
                text(statement, 1, rows, row -> row.event().id());
                text(statement, 2, rows, EventRow::payload);
                text(statement, 3, rows, EventRow::publisher);
            };
            jdbc.query(isPartitioned ? OTHERS_OF_ALL_NEW : OTHERS_OF_ALL, values, add);
        } else {
            for (EventRow row : rows) {
                PreparedStatementSetter values = statement -> {
                    statement.setString(1, row.event().id());
                    statement.setString(2, row.payload());
                    statement.setString(3, row.publisher());
                };
                jdbc.query(OTHER_OF_EACH, values, add);
            }
        }
        return found;
    }

    private static StoredEvent stored(ResultSet rows) throws SQLException {
        return new StoredEvent(
                rows.getString("topic"),
                rows.getInt("kafka_partition"),
                rows.getLong("kafka_offset"),
                ColumnTime.of(rows.getObject("received_at")),
                rows.getString("publisher"),
                rows.getString("payload"));
    }

    private int insertEach(List<EventRow> rows) {
        int[] updated = jdbc.batchUpdate(EACH, new RowValues(rows));
        List<EventRow> added = IntStream.range(0, rows.size())
                .filter(at -> updated[at] > 0)
                .mapToObj(rows::get)
                .toList();
        EventCounts.add(jdbc, added);
        EventBatchLog.add(jdbc, added);
        return added.size();
    }

    private int insertAll(List<EventRow> rows) {
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
        Integer inserted = jdbc.query(isPartitioned ? ALL_NEW : ALL, columns, count);
        return inserted == null ? 0 : inserted;
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
