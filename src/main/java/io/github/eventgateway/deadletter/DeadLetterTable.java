package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.erasure.ErasedUsers;
import io.github.eventgateway.erasure.UserFields;
import io.github.eventgateway.kafka.PolledRecord;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores the records of the dead-letter topics in the table {@code dead_letter}. It is a bean because camel-jdbc has no
 * batches. The SQL is the same on PostgreSQL and SQLite, except for the clock. Any thread.
 */
@Component("deadLetterTable")
public class DeadLetterTable {

    private static final String INSERT = """
            INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition,
                                     source_offset, source_timestamp, origin, consumer_group, route, reason, exception,
                                     message, attempts, replays, record_key, record_value, record_headers, status,
                                     failed_at, received_at, event_id, replay_of, cause)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, %s, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM dead_letter
                              WHERE id = ? AND record_key IS NOT DISTINCT FROM ?
                                AND record_value IS NOT DISTINCT FROM ?)
            ON CONFLICT DO NOTHING""";
    private static final String LINK = "UPDATE dead_letter SET successor = ? WHERE id = ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final RecordSeals seals;
    private final DeadLetterCauses causes;
    private final ErasedUsers users;
    private final UserFields fields;
    private final String insert;

    DeadLetterTable(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            DatabaseSettings settings,
            RecordSeals seals,
            DeadLetterCauses causes,
            ErasedUsers users,
            UserFields fields) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(settings.batchSeconds());
        this.seals = seals;
        this.causes = causes;
        this.users = users;
        this.fields = fields;
        this.insert = INSERT.formatted(DeadLetterStates.now(settings));
    }

    /**
     * A dead letter to store.
     *
     * @param letter the dead letter with its record
     * @param isErased true if its user was erased after the failure; the row then has no record
     */
    private record Kept(DeadLetter letter, boolean isErased) {

        String message() {
            return isErased ? null : letter.failure().message();
        }

        DeadLetterCause cause() {
            return DeadLetterCause.of(letter, message());
        }
    }

    /** It runs in the storing transaction, so that an erasure either is known here or finds the new rows. */
    private List<Kept> markErased(List<DeadLetter> letters) {
        ErasedUsers.Known erased = users.known(jdbc);
        return letters.stream()
                .map(letter -> new Kept(letter, !erased.isEmpty() && isErased(letter, erased)))
                .toList();
    }

    private boolean isErased(DeadLetter letter, ErasedUsers.Known erased) {
        RecordUsers about =
                new RecordUsers(letter.record().key(), letter.record().value(), fields.names());
        long timestamp = letter.position().timestamp();
        // Without a timestamp, the record may be from before any erasure.
        Instant at = PolledRecord.isDated(timestamp) ? PolledRecord.receivedAt(timestamp) : Instant.MIN;
        return about.nameAny(user -> erased.isErased(user, at));
    }

    /**
     * Stores these records of dead-letter topics, each once. A record that an earlier version stored under its own id
     * is not stored again. If a record was a replay, the replayed dead letter gets a link to it. If its user was
     * erased after the failure, the dead letter is stored without the record and has the status erased. All of them are
     * committed when this method returns.
     *
     * @throws org.springframework.dao.DataAccessException if the database fails; then nothing is stored, and the call
     *     can be repeated
     */
    public void store(List<PolledRecord> records) {
        Instant now = Instant.now();
        // All gateways use the same order, so that two of them cannot deadlock.
        List<DeadLetter> letters = records.stream()
                .map(record -> DeadLetter.of(record, seals, now))
                .sorted(Comparator.comparing(DeadLetter::id))
                .toList();
        List<Object[]> links = letters.stream()
                .filter(letter -> letter.replayOf() != null)
                .sorted(Comparator.comparing(DeadLetter::replayOf))
                .map(letter -> new Object[] {letter.id(), letter.replayOf()})
                .toList();
        transaction.executeWithoutResult(status -> {
            List<Kept> kept = markErased(letters);
            causes.add(kept.stream().map(Kept::cause).toList());
            jdbc.batchUpdate(insert, new BatchPreparedStatementSetter() {
                @Override
                public void setValues(PreparedStatement statement, int at) throws SQLException {
                    set(statement, kept.get(at));
                }

                @Override
                public int getBatchSize() {
                    return letters.size();
                }
            });
            jdbc.batchUpdate(LINK, links);
        });
    }

    private static void set(PreparedStatement statement, Kept kept) throws SQLException {
        DeadLetter letter = kept.letter();
        boolean isErased = kept.isErased();
        statement.setString(1, letter.id());
        statement.setString(2, letter.record().topic());
        statement.setInt(3, letter.record().partition());
        statement.setLong(4, letter.record().offset());
        statement.setString(5, letter.position().topic());
        statement.setInt(6, letter.position().partition());
        statement.setLong(7, letter.position().offset());
        statement.setLong(8, letter.position().timestamp());
        statement.setString(9, letter.origin());
        statement.setString(10, letter.failure().group());
        statement.setString(11, letter.failure().route());
        statement.setString(12, letter.failure().reason());
        statement.setString(13, isErased ? null : letter.failure().exception());
        statement.setString(14, kept.message());
        statement.setInt(15, letter.failure().attempts());
        statement.setInt(16, letter.replays());
        statement.setBytes(17, isErased ? null : letter.record().key());
        statement.setBytes(18, isErased ? null : letter.record().value());
        statement.setBytes(19, isErased ? DeadLetterErasure.NO_HEADERS : HeaderBytes.encode(letter.headers()));
        statement.setString(20, isErased ? DeadLetterErasure.ERASED : "open");
        statement.setObject(21, letter.failure().at().atOffset(ZoneOffset.UTC));
        statement.setString(22, letter.eventId());
        statement.setString(23, letter.replayOf());
        statement.setLong(24, kept.cause().id());
        statement.setString(25, letter.earlierId());
        statement.setBytes(26, letter.record().key());
        statement.setBytes(27, letter.record().value());
    }
}
