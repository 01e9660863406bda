package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A cause is removed only if no dead letter has it, also none that is being added. */
class UnusedCausesTest {

    private static final DeadLetterCause CAUSE = new DeadLetterCause(7, "t", null, null, "r", null);

    private static EmbeddedPostgres postgres;

    private DataSource database;
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private DeadLetterCauses causes;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void open() throws SQLException {
        PostgresqlServer.renew(postgres);
        database = PostgresqlServer.at(postgres);
        jdbc = new JdbcTemplate(database);
        JdbcTransactionManager transactions = new JdbcTransactionManager(database);
        transaction = new TransactionTemplate(transactions);
        DatabaseSettings settings = new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1/postgres",
                "",
                "",
                "",
                "",
                Path.of("x"),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        causes = new DeadLetterCauses(jdbc, transactions, settings, mock());
    }

    private boolean remove() {
        try (Connection other = database.getConnection()) {
            return UnusedCauses.removeFromPostgresql(other);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void letter() {
        jdbc.update("""
                INSERT INTO dead_letter (id, dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition, source_offset,
                    source_timestamp, origin, reason, attempts, replays, record_headers, status, failed_at, received_at, cause)
                VALUES ('letter', 't.dlq', 0, 0, 't', 0, 0, 0, 'o', 'r', 1, 0, '', 'open', now(), now(), 7)""");
    }

    private List<Long> left() {
        return jdbc.queryForList("SELECT cause FROM dead_letter_cause", Long.class);
    }

    @Test
    void oneThatADeadLetterIsBeingAddedTo_stays() {
        transaction.executeWithoutResult(status -> causes.add(List.of(CAUSE)));

        transaction.executeWithoutResult(status -> {
            causes.add(List.of(CAUSE));
            remove();
            letter();
        });
        assertThat(left()).containsExactly(7L);

        remove();
        assertThat(left()).as("a dead letter has it").containsExactly(7L);
        jdbc.update("DELETE FROM dead_letter");
        remove();
        assertThat(left()).isEmpty();
    }
}
