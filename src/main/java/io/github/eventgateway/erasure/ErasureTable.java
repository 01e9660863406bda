package io.github.eventgateway.erasure;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.AdvisoryLock;
import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table {@code erasure}, and the hashes in {@code erased_user}. Any thread. */
@Component
class ErasureTable {

    static final String RUNNING = "running";
    static final String DONE = "done";

    private static final int LONGEST_SUBJECT = 255;

    /**
     * The numbers of erased users must become visible in ascending order, because a reader looks only at the highest
     * one.
     */
    private static final String IN_ORDER = AdvisoryLock.ERASED_USERS.exclusive();

    private static final String BEGIN =
            "INSERT INTO erasure (id, requested_at, requested_by, user_id, user_hash, state) VALUES (?, ?, ?, ?, ?, 'running')";
    private static final String ERASED =
            "INSERT INTO erased_user (erasure_id, hash, key_id, erased_at) VALUES (?, ?, ?, ?)";
    private static final String COLUMNS =
            "id, state, user_hash, user_id, requested_at, requested_by, finished_at, part,"
                    + " position, events, dead_letters, audit_details, archived_events, kept_records";
    private static final String ONE = "SELECT " + COLUMNS + " FROM erasure WHERE id = ?";
    private static final String IN_TURN = " ORDER BY requested_at, id LIMIT 1";
    private static final String FIRST = "SELECT " + COLUMNS + " FROM erasure WHERE state = 'running'" + IN_TURN;
    private static final String AFTER = "SELECT " + COLUMNS + " FROM erasure WHERE state = 'running'"
            + " AND (requested_at > ? OR requested_at = ? AND id > ?)" + IN_TURN;
    private static final String COUNT = "SELECT COUNT(*) FROM erasure WHERE state = 'running'";

    /**
     * Asks for running transactions that wrote before the erasure. A number that this server has not assigned is of
     * another one, as after the restoration of a dump: those transactions have ended.
     */
    private static final String HAS_NO_OLDER_WRITER = """
            SELECT begun_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                OR begun_in >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            FROM erasure WHERE id = ?""";

    /**
     * Finds the running transactions that have read the erased users. They keep this lock until they end. The query for
     * writers does not find them before their first write.
     */
    private static final String READERS = """
            SELECT virtualtransaction FROM pg_locks
            WHERE locktype = 'relation' AND relation = 'erased_user'::regclass AND pid <> pg_backend_pid()
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    /** Transactions of the store are shorter. Only others, such as a backup, can last longer. */
    private static final String IS_OLD =
            "SELECT requested_at < now() - interval '10 minutes' FROM erasure WHERE id = ?";

    private static final String STEP =
            "UPDATE erasure SET part = ?, position = ?, %1$s = %1$s + ?, kept_records = kept_records + ? WHERE id = ? AND state = 'running'";
    private static final String END =
            "UPDATE erasure SET state = 'done', user_id = NULL, part = NULL, position = NULL, finished_at = ? WHERE id = ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final boolean isPostgresql;

    ErasureTable(JdbcTemplate jdbc, PlatformTransactionManager transactions, DatabaseSettings settings) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.isPostgresql = settings.isPostgresql();
    }

    /** One row. The user id is null after the end of the work. */
    record Row(
            String id,
            String state,
            String userHash,
            String userId,
            Instant requestedAt,
            String requestedBy,
            Instant finishedAt,
            String part,
            String position,
            Map<String, Long> erased,
            long keptRecords) {

        boolean isDone() {
            return DONE.equals(state);
        }
    }

    /**
     * Stores a new erasure, completely or not at all.
     *
     * @param hashes the hashes of all values that identify the user, that of the id first
     * @param maxRunning the number of unfinished erasures, with this one
     * @throws GatewayException with {@code TOO_MANY_REQUESTS} if there are more
     */
    void begin(String id, ErasureOrder order, Instant now, List<String> hashes, String keyId, int maxRunning) {
        transaction.executeWithoutResult(status -> {
            if (isPostgresql) {
                jdbc.execute(IN_ORDER);
            }
            jdbc.update(
                    BEGIN,
                    id,
                    ColumnTime.column(now),
                    ColumnText.of(order.by(), LONGEST_SUBJECT),
                    order.userId(),
                    hashes.get(0));
            if (running() > maxRunning) {
                throw tooMany(maxRunning);
            }
            hashes.forEach(hash -> jdbc.update(ERASED, id, hash, keyId, ColumnTime.column(now)));
        });
    }

    /** @throws GatewayException with {@code TOO_MANY_REQUESTS} if as many erasures are unfinished, or more */
    void requireRoom(int maxRunning) {
        if (running() >= maxRunning) {
            throw tooMany(maxRunning);
        }
    }

    private int running() {
        Integer count = jdbc.queryForObject(COUNT, Integer.class);
        return count == null ? 0 : count;
    }

    private static GatewayException tooMany(int maxRunning) {
        return new GatewayException(
                Reason.TOO_MANY_REQUESTS,
                "",
                "at most " + maxRunning + " erasures may be unfinished: try again when one of them is done");
    }

    Optional<Row> find(String id) {
        return jdbc.query(ONE, (rows, number) -> row(rows), id).stream().findFirst();
    }

    /**
     * Returns the oldest unfinished erasure after this one.
     *
     * @param last null for the oldest of all
     */
    Optional<Row> next(Row last) {
        if (last == null) {
            return jdbc.query(FIRST, (rows, number) -> row(rows)).stream().findFirst();
        }
        Object time = ColumnTime.column(last.requestedAt());
        return jdbc.query(AFTER, (rows, number) -> row(rows), time, time, last.id()).stream()
                .findFirst();
    }

    /** Returns the running transactions that have read the erased users. Empty on SQLite, which has only one writer. */
    Set<String> readers() {
        return isPostgresql ? new HashSet<>(jdbc.queryForList(READERS, String.class)) : Set.of();
    }

    /**
     * Returns whether every transaction that can still store something knows this erasure.
     *
     * @param readers the result of {@link #readers()} when this gateway first saw the erasure
     */
    boolean isKnownToAll(String id, Set<String> readers) {
        return !isPostgresql
                || isTrue(IS_OLD, id)
                || Collections.disjoint(readers, readers()) && isTrue(HAS_NO_OLDER_WRITER, id);
    }

    private boolean isTrue(String query, String id) {
        return Boolean.TRUE.equals(jdbc.queryForObject(query, Boolean.class, id));
    }

    /** Stores the progress in the transaction of this connection. */
    void step(Connection connection, String id, ErasurePart.Kind part, ErasurePart.Step step) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(STEP.formatted(part.word()))) {
            update.setString(1, part.word());
            update.setString(2, step.position());
            update.setLong(3, step.erased());
            update.setLong(4, step.kept());
            update.setString(5, id);
            update.executeUpdate();
        }
    }

    /** Marks the erasure as done, and removes the user id. */
    void end(Connection connection, String id, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(END)) {
            update.setObject(1, ColumnTime.column(now));
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    private static Row row(ResultSet rows) throws SQLException {
        Map<String, Long> erased = new LinkedHashMap<>();
        for (ErasurePart.Kind kind : ErasurePart.Kind.values()) {
            erased.put(kind.word(), rows.getLong(kind.word()));
        }
        Object finished = rows.getObject("finished_at");
        return new Row(
                rows.getString("id"),
                rows.getString("state"),
                rows.getString("user_hash"),
                rows.getString("user_id"),
                ColumnTime.of(rows.getObject("requested_at")),
                rows.getString("requested_by"),
                finished == null ? null : ColumnTime.of(finished),
                rows.getString("part"),
                rows.getString("position"),
                erased,
                rows.getLong("kept_records"));
    }
}
