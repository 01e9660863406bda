package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.StartupException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The chain in the database. On PostgreSQL a writer locks the row with the end of the chain, so that any number of
 * gateways write one chain. On SQLite only one transaction can write. Any thread.
 */
@Component
class AuditTable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTable.class);
    static final String COLUMNS =
            "sequence, at, outcome, subject, action, target, address, request_id, status, reason, calls, detail, mac,"
                    + " key_id, personal_mac";
    private static final String MAC = "SELECT mac FROM audit_record WHERE sequence = ?";
    private static final String KEY_ID = "SELECT key_id FROM audit_record WHERE sequence = ?";
    private static final String MOVE_HEAD = "UPDATE audit_head SET sequence = ?, mac = ? WHERE id = 1";
    private static final String INSERT =
            "INSERT INTO audit_record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String PAGE =
            "SELECT " + COLUMNS + " FROM audit_record WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?";

    /** The insert must not fail if somebody already inserted a row with this number. */
    private static final String INSERT_PERSONAL =
            "INSERT INTO audit_personal (sequence, nonce, details) VALUES (?, ?, ?) ON CONFLICT (sequence) DO NOTHING";

    private static final String PERSONAL =
            "SELECT sequence, nonce, details FROM audit_personal WHERE sequence >= ? AND sequence <= ?";
    private static final String EXTENT = """
            SELECT r.first, r.last, h.sequence, h.mac
            FROM (SELECT (SELECT COALESCE(MIN(sequence), 1) FROM audit_record) AS first,
                         (SELECT COALESCE(MAX(sequence), 0) FROM audit_record) AS last) r
            LEFT JOIN audit_head h ON h.id = 1""";

    /** A gateway that freezes with the lock on the end of the chain would stop all others. */
    private static final String IDLE_TIMEOUT = "SET LOCAL idle_in_transaction_session_timeout = '10s'";

    private static final int TRANSACTION_SECONDS = 10;

    private static final int NONCE_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final ChainKeys chainKeys;
    private final ChainEnd chainEnd;

    AuditTable(JdbcTemplate jdbc, PlatformTransactionManager transactions, AuditKeys keys) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(TRANSACTION_SECONDS);
        this.chainKeys = new ChainKeys(jdbc, this, keys);
        this.chainEnd = new ChainEnd(jdbc, this);
    }

    /**
     * A record at its position in the chain.
     *
     * @param mac its MAC, and the link to the next one
     * @param keyId the id of the key that signed it; null in records of earlier versions
     * @param personalMac the commitment of its personal details; null without any
     */
    record Row(long sequence, AuditRecord record, String mac, String keyId, String personalMac) {}

    /** Personal details as plain text. */
    record Personal(long sequence, String nonce, String details) {}

    /**
     * The extent of the table.
     *
     * @param first the number of its first row; 1 without rows
     * @param last the number of its last row; 0 without rows
     * @param head the end of the chain; null if its row is missing
     */
    record Extent(long first, long last, Head head) {}

    /**
     * Adds these records in their order, all or none. If the key of this gateway is newer than that of the chain, a
     * change of keys precedes them.
     *
     * @param records returns the records, while no other gateway can add any. If it returns none, nothing is added
     * @param acceptsUnknown whether the key of this gateway may follow an unknown one
     * @param before runs first, while no other gateway can add records
     * @param tried receives the new end of the chain before the commit. If the commit fails, {@link #holds} shows
     *     whether it took place
     * @param stillTrue is called last, before the commit; if it returns false, nothing is added
     * @return whether the records were added
     * @throws StartupException if the chain already uses a key that this gateway does not have
     */
    boolean append(
            Supplier<List<AuditRecord>> records,
            boolean acceptsUnknown,
            Runnable before,
            Consumer<Head> tried,
            BooleanSupplier stillTrue) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            boolean postgresql = isPostgresql();
            if (postgresql) {
                jdbc.execute(IDLE_TIMEOUT);
            }
            Head end = chainEnd.find(postgresql);
            before.run();
            List<AuditRecord> wanted = records.get();
            if (wanted.isEmpty()) {
                status.setRollbackOnly();
                return false;
            }
            KeyHistory history = history();
            AuditKey key = chainKeys.signing(history, acceptsUnknown);
            List<AuditRecord> all = withKeyChange(wanted, history, key);
            insert(all, chainEnd.withRoom(end, all.size()), key, tried);
            if (!stillTrue.getAsBoolean()) {
                status.setRollbackOnly();
                return false;
            }
            return true;
        }));
    }

    private void insert(List<AuditRecord> records, Head before, AuditKey key, Consumer<Head> tried) {
        Head end = before;
        List<Row> rows = new ArrayList<>(records.size());
        List<Personal> personal = new ArrayList<>();
        for (AuditRecord record : records) {
            Row row = row(end, record, key, personal);
            end = new Head(row.sequence(), row.mac());
            rows.add(row);
        }
        tried.accept(end);
        jdbc.batchUpdate(INSERT, rows, rows.size(), AuditTable::bind);
        if (!personal.isEmpty()) {
            jdbc.batchUpdate(INSERT_PERSONAL, personal, personal.size(), AuditTable::bind);
        }
        jdbc.update(MOVE_HEAD, end.sequence(), end.mac());
    }

    private static List<AuditRecord> withKeyChange(List<AuditRecord> records, KeyHistory history, AuditKey key) {
        if (history.current() == null || history.current().equals(key.id())) {
            return records;
        }
        LOG.info("The key {} signs the audit trail from now on, instead of {}", key.id(), history.current());
        List<AuditRecord> all = new ArrayList<>(records.size() + 1);
        all.add(KeyChange.record(history.current(), history.key().orElse(null), key));
        all.addAll(records);
        return all;
    }

    private Row row(Head end, AuditRecord record, AuditKey key, List<Personal> personal) {
        long sequence = end.sequence() + 1;
        String commitment = null;
        if (record.personal() != null) {
            byte[] bytes = new byte[NONCE_BYTES];
            random.nextBytes(bytes);
            String nonce = HexFormat.of().formatHex(bytes);
            commitment = key.commitment(nonce, record.personal());
            personal.add(new Personal(sequence, nonce, record.personal()));
        }
        return new Row(sequence, record, key.mac(end.mac(), sequence, record, commitment), key.id(), commitment);
    }

    /** Returns the keys up to the end of the chain. */
    KeyHistory history() {
        return chainKeys.history();
    }

    /** Returns whether the record with this number has this MAC. */
    boolean holds(Head place) {
        return mac(place.sequence()).filter(mac -> mac.equals(place.mac())).isPresent();
    }

    Optional<String> mac(long sequence) {
        return jdbc.queryForList(MAC, String.class, sequence).stream().findFirst();
    }

    /** Returns the MAC that the record with this number continues. It is empty if the record before is missing. */
    String macBefore(long sequence) {
        return sequence == 1 ? AuditKey.GENESIS : mac(sequence - 1).orElse("");
    }

    Extent extent() {
        return jdbc.queryForObject(EXTENT, (rows, number) -> {
            String mac = rows.getString(4);
            return new Extent(rows.getLong(1), rows.getLong(2), mac == null ? null : new Head(rows.getLong(3), mac));
        });
    }

    /** Returns the rows after this number up to the last one in order, up to a limit. */
    List<Row> rows(long after, long last, int limit) {
        return jdbc.query(PAGE, (rows, number) -> row(rows), after, last, limit);
    }

    private boolean isPostgresql() {
        return Boolean.TRUE.equals(jdbc.execute((Connection connection) ->
                connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")));
    }

    /** Returns the personal details of these records by number, without the erased ones. */
    Map<Long, Personal> personal(long first, long last) {
        Map<Long, Personal> found = new HashMap<>();
        jdbc.query(
                PERSONAL,
                row -> {
                    found.put(row.getLong(1), new Personal(row.getLong(1), row.getString(2), row.getString(3)));
                },
                first,
                last);
        return found;
    }

    /** Returns the key id of the record with this number, or null if the record has none or does not exist. */
    String keyId(long sequence) {
        return jdbc.queryForList(KEY_ID, String.class, sequence).stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
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
        statement.setString(14, row.keyId());
        statement.setString(15, row.personalMac());
    }

    private static void bind(PreparedStatement statement, Personal personal) throws SQLException {
        statement.setLong(1, personal.sequence());
        statement.setString(2, personal.nonce());
        statement.setString(3, personal.details());
    }

    static Row row(ResultSet rows) throws SQLException {
        int status = rows.getInt("status");
        Integer statusOrNone = rows.wasNull() ? null : status;
        AuditRecord record = new AuditRecord(
                AuditRecord.time(rows.getObject("at")),
                rows.getString("outcome"),
                rows.getString("subject"),
                rows.getString("action"),
                rows.getString("target"),
                rows.getString("address"),
                rows.getString("request_id"),
                statusOrNone,
                rows.getString("reason"),
                rows.getLong("calls"),
                rows.getString("detail"),
                null);
        return new Row(
                rows.getLong("sequence"),
                record,
                rows.getString("mac"),
                rows.getString("key_id"),
                rows.getString("personal_mac"));
    }
}
