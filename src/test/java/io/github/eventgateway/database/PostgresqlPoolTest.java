package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.testing.Threads;
import io.github.eventgateway.testing.TransactionPooler;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests the connection pool for PostgreSQL, also behind a connection pooler. */
class PostgresqlPoolTest {

    private static final String PID = "SELECT pg_backend_pid()";

    private static final String MARKED = PlannedOnce.mark("SELECT ?::int + 1");

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private static DatabaseSettings settings(int port, int connections) {
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres",
                "",
                "",
                "",
                Path.of("x"),
                connections,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1));
    }

    private static HikariDataSource pool(int port, int connections) {
        DatabaseSettings settings = settings(port, connections);
        return DatabaseConfiguration.pool("events", connections, 1, DatabaseConfiguration.database(settings), settings);
    }

    /** A primary that becomes a standby still answers, so that the pool considers its connections valid. */
    @Test
    void theFirstRefusalReplacesAllReadOnlyConnections() throws SQLException {
        try (HikariDataSource pool = pool(postgres.getPort(), 5)) {
            Set<Integer> stale = new HashSet<>();
            List<Connection> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                JdbcTemplate jdbc = on(connection);
                stale.add(jdbc.queryForObject(PID, Integer.class));
                jdbc.execute("SET default_transaction_read_only = on");
            }
            for (Connection connection : all) {
                connection.close();
            }
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            assertThat(stateOf(() -> jdbc.execute("CREATE TABLE written (id int)")))
                    .isEqualTo("25006");

            jdbc.execute("CREATE TABLE written (id int)");
            assertThat(pids(pool)).doesNotContainAnyElementsOf(stale);
        }
    }

    private static Set<Integer> pids(HikariDataSource pool) throws SQLException {
        Set<Integer> pids = new HashSet<>();
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(pool.getConnection());
            pids.add(on(all.get(i)).queryForObject(PID, Integer.class));
        }
        for (Connection connection : all) {
            connection.close();
        }
        return pids;
    }

    private static JdbcTemplate on(Connection connection) {
        return new JdbcTemplate(new SingleConnectionDataSource(connection, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "25006", "25P03", "25P04", "26000", "42P05", "53100", "53200", "53300", "57P01", "57P02", "57P03",
                "57P04", "57P05", "58000", "58030", "F0000", "XX000", "XX001", "08006"
            })
    void aFaultOfTheConnectionOrTheServerReplacesTheConnection(String state) {
        assertThat(isReplacedAfter(state)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22001", "23505", "25P02", "28000", "40001", "40P01", "42501", "42P01", "54000", "55P03", "57014",
                "P0001"
            })
    void aFaultOfTheRowOrTheStatementKeepsTheConnection(String state) {
        assertThat(isReplacedAfter(state)).isFalse();
    }

    private static boolean isReplacedAfter(String state) {
        try (HikariDataSource pool = pool(postgres.getPort(), 1)) {
            return isReplacedAfter(state, new JdbcTemplate(pool));
        }
    }

    private static boolean isReplacedAfter(String state, JdbcTemplate jdbc) {
        Integer before = jdbc.queryForObject(PID, Integer.class);
        assertThat(stateOf(() ->
                        jdbc.execute("DO $$ BEGIN RAISE EXCEPTION 'a test' USING ERRCODE = '" + state + "'; END $$")))
                .isEqualTo(state);
        return !before.equals(jdbc.queryForObject(PID, Integer.class));
    }

    private static String stateOf(Runnable call) {
        try {
            call.run();
            return null;
        } catch (DataAccessException e) {
            return ((SQLException) e.getRootCause()).getSQLState();
        }
    }

    @Test
    void aSessionKeepsThePlansOfMarkedStatementsOnly() {
        try (HikariDataSource pool = pool(postgres.getPort(), 1)) {
            assertThat(preparedStatements(pool, "SELECT ?::int + 1")).isZero();
            assertThat(preparedStatements(pool, MARKED)).isPositive();
        }
    }

    @Test
    void aSessionBehindAPoolerKeepsNoPlans() throws IOException {
        try (TransactionPooler pooler = TransactionPooler.before(postgres.getPort(), 1);
                HikariDataSource pool = pool(pooler.port(), 1)) {
            assertThat(preparedStatements(pool, MARKED)).isZero();
        }
    }

    /** Some poolers greet with the process id of a session that another transaction may use. */
    @ParameterizedTest
    @ValueSource(strings = {"26000", "42P05"})
    void afterASessionLostItsPlansNoneIsKept(String state) {
        try (HikariDataSource pool = pool(postgres.getPort(), 1)) {
            assertThat(isReplacedAfter(state, new JdbcTemplate(pool))).isTrue();
            assertThat(preparedStatements(pool, MARKED)).isZero();
        }
    }

    /** A migration of another gateway changes the columns meanwhile. */
    @Test
    void aKeptStatementIsPreparedAgainAfterItsColumnsChanged() {
        try (HikariDataSource pool = pool(postgres.getPort(), 1)) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            jdbc.execute("CREATE TABLE changed AS SELECT 7 AS n");
            String kept = PlannedOnce.mark("SELECT * FROM changed WHERE n >= ?");
            for (int i = 0; i < 3 * PlannedOnce.PREPARE_AFTER; i++) {
                assertThat(jdbc.queryForMap(kept, 1)).containsEntry("n", 7);
            }

            jdbc.execute("ALTER TABLE changed ALTER COLUMN n TYPE bigint, ADD COLUMN other text DEFAULT 'x'");

            assertThat(jdbc.queryForMap(kept, 1)).containsEntry("n", 7L).containsEntry("other", "x");
            assertThat(preparedStatements(pool, MARKED)).isPositive();
        }
    }

    private static int preparedStatements(HikariDataSource pool, String sql) {
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        for (int i = 0; i < 2 * PlannedOnce.PREPARE_AFTER; i++) {
            assertThat(jdbc.queryForObject(sql, Integer.class, i)).isEqualTo(i + 1);
        }
        return jdbc.queryForObject("SELECT count(*) FROM pg_prepared_statements", Integer.class);
    }

    /** Each transaction may use another session, so a session keeps nothing between statements. */
    @Test
    void everythingWorksBehindAPoolerInTransactionMode() throws IOException {
        try (TransactionPooler pooler = TransactionPooler.before(postgres.getPort(), 3);
                HikariDataSource pool = pool(pooler.port(), 8)) {
            new Migrations(
                            pool,
                            settings(pooler.port(), 8),
                            new PartitionSettings(PartitionSpan.MONTH, Duration.ofDays(1), Duration.ofMinutes(1)))
                    .start();
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));

            List<CompletableFuture<Void>> work = IntStream.range(0, 8)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 40; i++) {
                                    String id = thread + "-" + i;
                                    transaction.executeWithoutResult(status -> {
                                        insert(jdbc, id);
                                        assertThat(count(jdbc, id)).isEqualTo(1);
                                    });
                                    assertThat(count(jdbc, id)).isEqualTo(1);
                                }
                            },
                            Threads.ONE_EACH))
                    .toList();

            assertThatCode(() -> work.forEach(CompletableFuture::join)).doesNotThrowAnyException();
            assertThat(jdbc.queryForObject("SELECT count(*) FROM event_key", Integer.class))
                    .isEqualTo(320);
            assertThatThrownBy(() -> insert(jdbc, "0-0")).hasMessageContaining("duplicate key");
        }
    }

    private static void insert(JdbcTemplate jdbc, String id) {
        jdbc.update("INSERT INTO event_key (id, stored_at) VALUES (?, now())", id);
    }

    private static Integer count(JdbcTemplate jdbc, String id) {
        return jdbc.queryForObject("SELECT count(*) FROM event_key WHERE id = ?", Integer.class, id);
    }
}
