package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.ColumnText;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The state of dead letters and their history. It measures ages by the clock of the database, so that two gateways
 * agree. Any thread.
 */
@Component
class DeadLetterStates {

    private static final String POSTGRESQL_NOW = "CURRENT_TIMESTAMP";
    private static final String POSTGRESQL_AGO = "CURRENT_TIMESTAMP - CAST(? AS INTEGER) * INTERVAL '1' SECOND";
    private static final String SQLITE_NOW = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";
    private static final String SQLITE_AGO = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-' || ? || ' seconds')";
    private static final String FREE = "(status = 'open' OR (status = 'replaying' AND claimed_at < %s))";
    private static final String READ = """
            SELECT id, source_topic, source_partition, source_offset, source_timestamp, origin, consumer_group, replays, status, event_id,
                   record_key, record_value, record_headers
            FROM dead_letter WHERE id = ?""";
    private static final String CLAIM =
            "UPDATE dead_letter SET status = 'replaying', claim = ?, claimed_at = %s WHERE id = ? AND ";
    private static final String SETTLE = """
            UPDATE dead_letter SET status = 'replayed', claim = NULL, claimed_at = NULL, replays = replays + ?
            WHERE id = ? AND claim = ?""";
    private static final String RELEASE =
            "UPDATE dead_letter SET status = 'open', claim = NULL, claimed_at = NULL WHERE id = ? AND claim = ?";
    private static final String DISCARD =
            "UPDATE dead_letter SET status = 'discarded', claim = NULL, claimed_at = NULL WHERE id = ? AND ";
    private static final String NOTE =
            "INSERT INTO dead_letter_history (dead_letter_id, at, actor, outcome, detail) VALUES (?, ?, ?, ?, ?)";
    private static final int LONGEST_DETAIL = 500;

    private static final String REOPEN =
            "UPDATE dead_letter SET status = 'open', claim = NULL, claimed_at = NULL WHERE status = 'replaying' AND claimed_at < %s";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate longTransaction;
    private final String now;
    private final String claim;
    private final String discard;
    private final String reopen;

    DeadLetterStates(JdbcTemplate jdbc, PlatformTransactionManager transactions, DatabaseSettings settings) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.longTransaction = new TransactionTemplate(transactions);
        this.longTransaction.setTimeout(settings.batchSeconds());
        String ago = settings.isPostgresql() ? POSTGRESQL_AGO : SQLITE_AGO;
        String free = FREE.replace("%s", ago);
        this.now = now(settings);
        this.claim = CLAIM.replace("%s", now) + free;
        this.discard = DISCARD + free;
        this.reopen = REOPEN.replace("%s", ago);
    }

    /**
     * The columns of a dead letter for a replay.
     *
     * @param eventId the id that its event gets if it has none; null if unknown
     */
    record Row(
            String id,
            String topic,
            int partition,
            long offset,
            long timestamp,
            String origin,
            String group,
            int replays,
            String status,
            String eventId,
            byte[] key,
            byte[] value,
            byte[] headers) {

        /** Returns the same dead letter with another record. */
        Row with(byte[] key, byte[] value, Headers headers) {
            return new Row(
                    id,
                    topic,
                    partition,
                    offset,
                    timestamp,
                    origin,
                    group,
                    replays,
                    status,
                    eventId,
                    key,
                    value,
                    HeaderBytes.encode(headers));
        }
    }

    /** Returns the SQL for the time of the database in the form of a column. */
    static String now(DatabaseSettings settings) {
        return settings.isPostgresql() ? POSTGRESQL_NOW : SQLITE_NOW;
    }

    /** Returns the time of the database. It is the time that {@link DeadLetterTable} stores with new dead letters. */
    Instant now() {
        return jdbc.queryForObject("SELECT " + now, (rows, number) -> ColumnTime.of(rows.getObject(1)));
    }

    Optional<Row> read(String id) {
        return jdbc.query(READ, (rows, number) -> row(rows), id).stream().findFirst();
    }

    /** Returns whether this claim now has the dead letter: it was open, or an earlier claim has expired. */
    boolean claim(String id, String by, Duration timeout) {
        return jdbc.update(claim, by, id, timeout.toSeconds()) == 1;
    }

    /** Closes the dead letter, unless another claim has it in the meantime. */
    void settle(Replay replay, ReplayOutcome outcome) {
        int sent = outcome.kind() == ReplayOutcome.Kind.SKIPPED ? 0 : 1;
        transaction.executeWithoutResult(status -> {
            jdbc.update(SETTLE, sent, replay.id(), replay.claim());
            note(replay.id(), replay.by(), outcome);
        });
    }

    /** Opens the dead letter again, unless another claim has it in the meantime. */
    void release(Replay replay, ReplayOutcome outcome) {
        transaction.executeWithoutResult(status -> {
            jdbc.update(RELEASE, replay.id(), replay.claim());
            note(replay.id(), replay.by(), outcome);
        });
    }

    /** Discards the dead letter if it is open; returns whether it was. */
    boolean discard(DiscardOrder order, Duration timeout) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            boolean discarded = jdbc.update(discard, order.id(), timeout.toSeconds()) == 1;
            if (discarded) {
                note(order.id(), order.by(), "discarded", order.reason());
            }
            return discarded;
        }));
    }

    /** Discards the open ones of these in one transaction; returns their number. */
    int discard(List<DiscardOrder> orders, Duration timeout) {
        Integer discarded = longTransaction.execute(status -> {
            List<DiscardOrder> done = new ArrayList<>();
            int[] changed = jdbc.batchUpdate(
                    discard,
                    orders.stream()
                            .map(order -> new Object[] {order.id(), timeout.toSeconds()})
                            .toList());
            for (int i = 0; i < changed.length; i++) {
                if (changed[i] == 1) {
                    done.add(orders.get(i));
                }
            }
            jdbc.batchUpdate(
                    NOTE,
                    done.stream()
                            .map(order -> noted(order.id(), order.by(), "discarded", order.reason()))
                            .toList());
            return done.size();
        });
        return discarded == null ? 0 : discarded;
    }

    /** Opens dead letters with expired claims. */
    void reopen(Duration timeout) {
        jdbc.update(reopen, timeout.toSeconds());
    }

    void note(String id, String by, ReplayOutcome outcome) {
        note(id, by, outcome.word(), outcome.detail());
    }

    private void note(String id, String by, String outcome, String detail) {
        jdbc.update(NOTE, noted(id, by, outcome, detail));
    }

    private static Object[] noted(String id, String by, String outcome, String detail) {
        return new Object[] {
            id,
            Instant.now().atOffset(ZoneOffset.UTC),
            ColumnText.of(by, DeadLetter.LONGEST_NAME),
            outcome,
            ColumnText.of(detail, LONGEST_DETAIL)
        };
    }

    private static Row row(ResultSet rows) throws SQLException {
        return new Row(
                rows.getString("id"),
                rows.getString("source_topic"),
                rows.getInt("source_partition"),
                rows.getLong("source_offset"),
                rows.getLong("source_timestamp"),
                rows.getString("origin"),
                rows.getString("consumer_group"),
                rows.getInt("replays"),
                rows.getString("status"),
                rows.getString("event_id"),
                rows.getBytes("record_key"),
                rows.getBytes("record_value"),
                rows.getBytes("record_headers"));
    }
}
