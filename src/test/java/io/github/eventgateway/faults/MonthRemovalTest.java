package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.YearMonth;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A check of the removal that never complains proves nothing. */
class MonthRemovalTest {

    private static final int FEW = 10;

    private static EmbeddedPostgres postgres;

    private DataSource database;
    private JdbcTemplate jdbc;
    private OldMonths months;
    private String month;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void attach() throws Exception {
        PostgresqlServer.renewWithPartitions(postgres);
        database = PostgresqlServer.at(postgres);
        jdbc = new JdbcTemplate(database);
        months = new OldMonths(jdbc);
        months.makeRoom();
        month = months.attach(YearMonth.of(2015, 1), FEW);
    }

    private Verdict watch(String... removal) {
        Verdict verdict = new Verdict();
        CompletableFuture<Void> removed = CompletableFuture.runAsync(
                () -> {
                    for (String statement : removal) {
                        jdbc.execute(statement.replace("{month}", month));
                    }
                },
                Threads.ONE_EACH);
        new MonthRemoval(months, database, verdict).run();
        removed.join();
        return verdict;
    }

    @Test
    void aRemovalThatLocksTheTableForLong_isReported() {
        Verdict verdict = watch("""
                DO $$
                BEGIN
                    LOCK TABLE event IN ACCESS EXCLUSIVE MODE;
                    PERFORM pg_sleep(2);
                    ALTER TABLE event DETACH PARTITION {month};
                    DROP TABLE {month};
                END
                $$""");

        assertThat(verdict.breaches()).containsOnlyKeys(Breach.BLOCKED_INSERT);
    }

    @Test
    void aRemovalThatLocksTheTableBriefly_isNot() {
        Verdict verdict = watch("ALTER TABLE event DETACH PARTITION {month} CONCURRENTLY", "DROP TABLE {month}");

        assertThat(verdict.breaches()).isEmpty();
    }
}
