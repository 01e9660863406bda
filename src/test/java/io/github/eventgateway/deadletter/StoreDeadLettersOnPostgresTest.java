package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs the same tests on PostgreSQL. */
class StoreDeadLettersOnPostgresTest extends StoreDeadLettersTest {

    private static EmbeddedPostgres postgres;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) throws IOException {
        postgres = EmbeddedPostgres.start();
        properties.add("gateway.database.url", () -> postgres.getJdbcUrl("postgres", "postgres")
                .replaceFirst("\\?.*", ""));
        properties.add("gateway.database.user", () -> "postgres");
    }

    @Test
    void theDatabaseIsPostgres(@Autowired JdbcTemplate jdbc) {
        assertThat(jdbc.queryForObject("SELECT version()", String.class)).startsWith("PostgreSQL");
    }

    /** Two gateways may have different clocks: one stores the dead letters, and the other one replays them. */
    @Test
    void aNewDeadLetter_andTheBeginOfABulkReplay_haveTheTimeOfTheDatabase(
            @Autowired DeadLetterTable letters,
            @Autowired DeadLetterBulkReplays replays,
            @Autowired JdbcTemplate jdbc,
            @Autowired PlatformTransactionManager transactions) {
        BulkReplay all = new BulkReplay(null, false, 10, 0, null);
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            letters.store(List.of(deadLetter(5, DeadLetterRecordsTest.rejected(8, new RecordHeaders()))));
            ReplayTally tally = replays.tally(List.of(Map.of("matched", 1L)), all, null);
            tally.keepPosition(List.of(Map.of("id", "x")));

            // In a transaction, the time of the database does not pass.
            assertThat(jdbc.queryForObject("SELECT received_at = CURRENT_TIMESTAMP FROM dead_letter", Boolean.class))
                    .isTrue();
            assertThat(jdbc.queryForObject(
                            "SELECT CAST(? AS timestamptz) = CURRENT_TIMESTAMP",
                            Boolean.class,
                            tally.place().get("begun")))
                    .isTrue();
        });
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }
}
