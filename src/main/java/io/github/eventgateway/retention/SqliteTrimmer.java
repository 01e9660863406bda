package io.github.eventgateway.retention;

import io.github.eventgateway.database.PartitionSpan;
import io.github.eventgateway.deadletter.UnusedCauses;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes rows of the embedded database in small transactions, so that the store never waits for long. */
final class SqliteTrimmer implements Trimmer {

    static final int AT_ONCE = 500;

    private static final Logger LOG = LoggerFactory.getLogger(SqliteTrimmer.class);

    /** Rows from before this column count as stored at the time of its migration. */
    private static final String STORED_AT = "COALESCE(stored_at, (SELECT at FROM event_stored_since))";

    /** The order of rowid is the order in which events were stored. */
    private static final String OLD = " FROM event WHERE rowid IN (SELECT rowid FROM event ORDER BY rowid LIMIT "
            + AT_ONCE + ") AND " + STORED_AT + " < ?";

    private static final String REMEMBER =
            "INSERT INTO event_key (id, stored_at) SELECT id, " + STORED_AT + OLD + " ON CONFLICT (id) DO NOTHING";
    private static final String REMOVE = "DELETE" + OLD;

    private static final String LETTER_LIMIT = "strftime('%Y-%m-%dT%H:%M:%f', unixepoch() - ?, 'unixepoch') || '000Z'";
    private static final String OLD_LETTERS =
            " IN (SELECT id FROM dead_letter WHERE failed_at < " + LETTER_LIMIT + " AND received_at < " + LETTER_LIMIT
                    + " AND status <> 'replaying' ORDER BY failed_at LIMIT " + AT_ONCE + ")";
    private static final String HISTORY = "DELETE FROM dead_letter_history WHERE dead_letter_id" + OLD_LETTERS;
    private static final String LETTERS = "DELETE FROM dead_letter WHERE id" + OLD_LETTERS;
    private static final String KEYS = "DELETE FROM event_key WHERE id IN"
            + " (SELECT id FROM event_key WHERE stored_at < unixepoch() - ? ORDER BY stored_at LIMIT " + AT_ONCE + ")";
    private static final String COUNTED_SINCE =
            "strftime('%Y-%m-%dT%H:%M', unixepoch() - ?, 'unixepoch') || ':00.000000Z'";
    private static final String COUNTS = "DELETE FROM event_count"
            + " WHERE (minute, kafka_partition, type, level, publisher) IN"
            + " (SELECT minute, kafka_partition, type, level, publisher FROM event_count WHERE minute < "
            + COUNTED_SINCE + " ORDER BY minute LIMIT " + AT_ONCE + ")";
    private static final String SINCE =
            "UPDATE event_count_since SET at = " + COUNTED_SINCE + " WHERE at < " + COUNTED_SINCE;
    private static final String FIRST = "SELECT " + STORED_AT + " FROM event ORDER BY rowid LIMIT 1";
    private static final String ROWS = """
            SELECT id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, username, ip, action, service, level,
                   payload, repaired_by, publisher, %1$s AS stored_at
            FROM event WHERE %1$s < ? ORDER BY rowid""".formatted(STORED_AT);
    private static final String OLDEST = "SELECT unixepoch() - " + STORED_AT + " FROM event ORDER BY rowid LIMIT 1";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final DataSource database;
    private final PartitionSpan span;
    private final EventArchive archive;
    private final AuditTrail audit;

    /** The end of the archived span that is being removed. */
    private long archivedUntil = Long.MIN_VALUE;

    /**
     * @param span the span of one file of the archive
     * @param archive the archive for events; null for none
     */
    SqliteTrimmer(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            PartitionSpan span,
            EventArchive archive,
            AuditTrail audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.database = Objects.requireNonNull(jdbc.getDataSource());
        this.span = span;
        this.archive = archive;
        this.audit = audit;
    }

    @Override
    public synchronized boolean events(Duration age) throws SQLException, IOException {
        long limit = Instant.now().getEpochSecond() - age.toSeconds();
        return archive == null ? before(limit) : wholeSpan(limit);
    }

    /** The archive has whole months or days, as with PostgreSQL. */
    private boolean wholeSpan(long limit) throws SQLException, IOException {
        List<Long> oldest = jdbc.queryForList(FIRST, Long.class);
        if (oldest.isEmpty()) {
            return false;
        }
        OffsetDateTime first = Instant.ofEpochSecond(oldest.get(0)).atOffset(ZoneOffset.UTC);
        long end = span.endOf(first).toEpochSecond();
        if (end > limit) {
            return false;
        }
        if (end != archivedUntil) {
            archive(span.name(first), end);
            archivedUntil = end;
        }
        before(end);
        return true;
    }

    private void archive(String name, long end) throws SQLException, IOException {
        try (Connection connection = database.getConnection();
                PreparedStatement rows = connection.prepareStatement(ROWS)) {
            rows.setLong(1, end);
            EventArchive.Written written = archive.write(name, rows);
            LOG.info("Wrote {} events of {} to {}", written.rows(), name, written.file());
            audit.recordOwn("retention", Map.of("partition", name), written.detail());
        }
    }

    private boolean before(long limit) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.update(REMEMBER, limit);
            return jdbc.update(REMOVE, limit) == AT_ONCE;
        }));
    }

    @Override
    public boolean deadLetters(Duration age) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.update(HISTORY, age.toSeconds(), age.toSeconds());
            return jdbc.update(LETTERS, age.toSeconds(), age.toSeconds()) == AT_ONCE;
        }));
    }

    @Override
    public boolean causes() {
        return Boolean.TRUE.equals(jdbc.execute((ConnectionCallback<Boolean>) UnusedCauses::removeFromSqlite));
    }

    @Override
    public boolean counts(Duration age) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            jdbc.update(SINCE, age.toSeconds(), age.toSeconds());
            return jdbc.update(COUNTS, age.toSeconds()) == AT_ONCE;
        }));
    }

    @Override
    public boolean keys(Duration age) {
        return jdbc.update(KEYS, age.toSeconds()) == AT_ONCE;
    }

    /** No other process removes anything from the embedded database. */
    @Override
    public synchronized void whileNothingIsRemoved(Work work) throws SQLException, IOException {
        work.run();
    }

    @Override
    public OptionalDouble oldestSeconds() {
        return jdbc.queryForList(OLDEST, Double.class).stream()
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }
}
