package io.github.eventgateway.server.audit;

import io.github.eventgateway.database.ColumnTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The chain in the database. On PostgreSQL a writer locks the row of the chain's end, so that any number of gateways write
 * one chain; on SQLite a transaction is the only one that writes. Any thread.
 */
@Component
class AuditTable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTable.class);
    private static final String COLUMNS =
            "sequence, at, outcome, subject, action, target, address, request_id, status, reason, calls, detail, mac";
    private static final String HEAD = "SELECT sequence, mac FROM audit_head WHERE id = 1";
    private static final String LOCK_HEAD = HEAD + " FOR UPDATE";
    private static final String LAST = "SELECT COALESCE(MAX(sequence), 0) FROM audit_record";
    private static final String LAST_IN_REACH = LAST + " WHERE sequence <= ?";
    private static final String NUMBERS_AFTER =
            "SELECT sequence FROM audit_record WHERE sequence > ? ORDER BY sequence LIMIT 1000";
    private static final String MAC = "SELECT mac FROM audit_record WHERE sequence = ?";
    private static final String MAKE_HEAD = "INSERT INTO audit_head (id, sequence, mac) VALUES (1, 0, '')";
    private static final String MOVE_HEAD = "UPDATE audit_head SET sequence = ?, mac = ? WHERE id = 1";
    private static final String INSERT =
            "INSERT INTO audit_record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String PAGE =
            "SELECT " + COLUMNS + " FROM audit_record WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?";
    private static final String LAST_ROWS =
            "SELECT " + COLUMNS + " FROM audit_record WHERE sequence <= ? ORDER BY sequence DESC LIMIT ?";
    private static final String EXTENT = """
            SELECT r.first, r.last, h.sequence, h.mac
            FROM (SELECT (SELECT COALESCE(MIN(sequence), 1) FROM audit_record) AS first,
                         (SELECT COALESCE(MAX(sequence), 0) FROM audit_record) AS last) r
            LEFT JOIN audit_head h ON h.id = 1""";

    /** A gateway that freezes while it holds the end of the chain would stop all others. */
    private static final String LET_GO = "SET LOCAL idle_in_transaction_session_timeout = '10s'";

    private static final int TRANSACTION_SECONDS = 10;

    /** Half of the numbers that the tables take: an end that is said to lie beyond is a lie, and leaves no room. */
    private static final long HIGHEST_END = 500_000_000_000_000L;

    /** So many records at either end tell whose key they are of, though some may have been changed. */
    private static final int SAMPLE = 100;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final AuditKey key;

    AuditTable(JdbcTemplate jdbc, PlatformTransactionManager transactions, AuditKey key) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(TRANSACTION_SECONDS);
        this.key = key;
    }

    /** A record at its place in the chain, as the table has it. */
    record Row(long sequence, AuditRecord record, String mac) {}

    /**
     * How far the table goes.
     *
     * @param first the number of its first row; 1 without any
     * @param last the number of its last row; 0 without any
     * @param head where the chain ends; null where that row is gone
     */
    record Extent(long first, long last, Head head) {}

    /**
     * Adds these records in their order, all or none.
     *
     * @param before runs first, when no other gateway can add to the chain
     * @param tried takes the end of the chain as this attempt would have it: whether a commit that failed took place is
     *     known by {@link #holds}
     * @param stillTrue asked last, before the commit; where the records are true no more, nothing is added
     * @return whether they were added
     */
    boolean append(List<AuditRecord> records, Runnable before, Consumer<Head> tried, BooleanSupplier stillTrue) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            boolean postgresql = isPostgresql();
            if (postgresql) {
                jdbc.execute(LET_GO);
            }
            Head end = end(postgresql ? LOCK_HEAD : HEAD, records.size());
            before.run();
            List<Row> rows = new ArrayList<>(records.size());
            for (AuditRecord record : records) {
                long sequence = end.sequence() + 1;
                end = new Head(sequence, key.mac(end.mac(), sequence, record));
                rows.add(new Row(sequence, record, end.mac()));
            }
            tried.accept(end);
            jdbc.batchUpdate(INSERT, rows, rows.size(), AuditTable::bind);
            jdbc.update(MOVE_HEAD, end.sequence(), end.mac());
            if (!stillTrue.getAsBoolean()) {
                status.setRollbackOnly();
                return false;
            }
            return true;
        }));
    }

    /** Whether the record of this number has this mac. */
    boolean holds(Head place) {
        return mac(place.sequence()).filter(mac -> mac.equals(place.mac())).isPresent();
    }

    Optional<String> mac(long sequence) {
        return jdbc.queryForList(MAC, String.class, sequence).stream().findFirst();
    }

    Extent extent() {
        return jdbc.queryForObject(EXTENT, (rows, number) -> {
            String mac = rows.getString(4);
            return new Extent(rows.getLong(1), rows.getLong(2), mac == null ? null : new Head(rows.getLong(3), mac));
        });
    }

    /** The rows after this number up to that one, in order, so many at most. */
    List<Row> rows(long after, long last, int limit) {
        return jdbc.query(PAGE, (rows, number) -> row(rows), after, last, limit);
    }

    private boolean isPostgresql() {
        return Boolean.TRUE.equals(jdbc.execute((Connection connection) ->
                connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")));
    }

    /**
     * Whether this key wrote the chain, as far as its first and its last records tell: of so many, one that fits is enough,
     * since somebody may have changed some. True where there is no record.
     */
    boolean isOfThisKey() {
        List<Row> last = new ArrayList<>(jdbc.query(LAST_ROWS, (rows, number) -> row(rows), HIGHEST_END, SAMPLE));
        Collections.reverse(last);
        List<Row> first = rows(0, HIGHEST_END, SAMPLE);
        return first.isEmpty() || fits(last) || fits(first);
    }

    private boolean fits(List<Row> rows) {
        Head before = new Head(0, AuditKey.GENESIS);
        for (Row row : rows) {
            boolean follows = row.sequence() == before.sequence() + 1;
            if (follows && key.mac(before.mac(), row.sequence(), row.record()).equals(row.mac())) {
                return true;
            }
            before = new Head(row.sequence(), row.mac());
        }
        return false;
    }

    /** The place after which so many records fit, whatever someone wrote: that must not keep others from being added. */
    private Head end(String query, int records) {
        Head head = jdbc.query(query, (rows, number) -> new Head(rows.getLong(1), rows.getString(2))).stream()
                .findFirst()
                .orElse(null);
        if (head == null) {
            jdbc.update(MAKE_HEAD);
        }
        if (head == null || head.sequence() < 0 || head.sequence() > HIGHEST_END) {
            LOG.error("The row of audit_head is {}; someone has changed the audit trail, verify it", head);
            Long last = jdbc.queryForObject(LAST_IN_REACH, Long.class, HIGHEST_END);
            head = new Head(last, mac(last).orElse(AuditKey.GENESIS));
        }
        long free = free(head.sequence(), records);
        if (free > head.sequence()) {
            LOG.error(
                    "The audit trail has records after its end at {}; someone put them in, verify it. It goes on after {}",
                    head.sequence(),
                    free);
        }
        return new Head(free, head.mac());
    }

    /** The first number from the end on after which so many are free. */
    private long free(long end, int records) {
        long free = end;
        List<Long> taken;
        do {
            taken = jdbc.queryForList(NUMBERS_AFTER, Long.class, free);
            for (long number : taken) {
                if (number > free + records) {
                    return free;
                }
                free = number;
            }
        } while (!taken.isEmpty());
        return free;
    }

    private static void bind(PreparedStatement statement, Row row) throws SQLException {
        AuditRecord record = row.record();
        statement.setLong(1, row.sequence());
        statement.setObject(2, record.at().atOffset(ZoneOffset.UTC));
        statement.setString(3, record.outcome());
        statement.setString(4, record.subject());
        statement.setString(5, record.action());
        statement.setString(6, record.target());
        statement.setString(7, record.address());
        statement.setString(8, record.requestId());
        statement.setObject(9, record.status(), Types.INTEGER);
        statement.setString(10, record.reason());
        statement.setLong(11, record.calls());
        statement.setString(12, record.detail());
        statement.setString(13, row.mac());
    }

    private static Row row(ResultSet rows) throws SQLException {
        int status = rows.getInt("status");
        Integer statusOrNone = rows.wasNull() ? null : status;
        AuditRecord record = new AuditRecord(
                ColumnTime.of(rows.getObject("at")),
                rows.getString("outcome"),
                rows.getString("subject"),
                rows.getString("action"),
                rows.getString("target"),
                rows.getString("address"),
                rows.getString("request_id"),
                statusOrNone,
                rows.getString("reason"),
                rows.getLong("calls"),
                rows.getString("detail"));
        return new Row(rows.getLong("sequence"), record, rows.getString("mac"));
    }
}
