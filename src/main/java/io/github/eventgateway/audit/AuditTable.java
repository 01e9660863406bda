package io.github.eventgateway.audit;

import io.github.eventgateway.database.ColumnTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final String MAC = "SELECT mac FROM audit_record WHERE sequence = ?";
    private static final String MAKE_HEAD = "INSERT INTO audit_head (id, sequence, mac) VALUES (1, ?, ?)";
    private static final String MOVE_HEAD = "UPDATE audit_head SET sequence = ?, mac = ? WHERE id = 1";
    private static final String INSERT =
            "INSERT INTO audit_record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String PAGE =
            "SELECT " + COLUMNS + " FROM audit_record WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?";
    private static final String EXTENT = """
            SELECT r.last, h.sequence, h.mac FROM (SELECT COALESCE(MAX(sequence), 0) AS last FROM audit_record) r
            LEFT JOIN audit_head h ON h.id = 1""";

    /** A gateway that freezes while it holds the end of the chain would stop all others. */
    private static final String LET_GO = "SET LOCAL idle_in_transaction_session_timeout = '10s'";

    private static final int TRANSACTION_SECONDS = 10;

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
     * @param last the number of its last row; 0 without any
     * @param head where the chain ends; null where that row is gone
     */
    record Extent(long last, Head head) {}

    /**
     * Adds these records in their order, all or none.
     *
     * @param tried takes the end of the chain as this attempt would have it: whether a commit that failed took place is
     *     known by {@link #holds}
     * @return the end of the chain
     */
    Head append(List<AuditRecord> records, Consumer<Head> tried) {
        return transaction.execute(status -> {
            boolean postgresql = isPostgresql();
            if (postgresql) {
                jdbc.execute(LET_GO);
            }
            Head end = end(postgresql ? LOCK_HEAD : HEAD);
            List<Row> rows = new ArrayList<>(records.size());
            for (AuditRecord record : records) {
                long sequence = end.sequence() + 1;
                end = new Head(sequence, key.mac(end.mac(), sequence, record));
                rows.add(new Row(sequence, record, end.mac()));
            }
            tried.accept(end);
            jdbc.batchUpdate(INSERT, rows, rows.size(), AuditTable::bind);
            jdbc.update(MOVE_HEAD, end.sequence(), end.mac());
            return end;
        });
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
            String mac = rows.getString(3);
            return new Extent(rows.getLong(1), mac == null ? null : new Head(rows.getLong(2), mac));
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

    /** Goes on after whatever is there: a row that someone put in must not keep others from being added. */
    private Head end(String query) {
        Head head = jdbc.query(query, (rows, number) -> new Head(rows.getLong(1), rows.getString(2))).stream()
                .findFirst()
                .orElse(null);
        Long last = jdbc.queryForObject(LAST, Long.class);
        if (head == null) {
            LOG.error("The row of audit_head is gone; someone has changed the audit trail, verify it");
            Head found = new Head(last, mac(last).orElse(AuditKey.GENESIS));
            jdbc.update(MAKE_HEAD, found.sequence(), found.mac());
            return found;
        }
        if (last > head.sequence()) {
            LOG.error(
                    "The audit trail goes on to {} after its end at {}; someone has changed it, verify it",
                    last,
                    head.sequence());
            return new Head(last, head.mac());
        }
        return head;
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
