package io.github.eventgateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariPoolMXBean;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.testing.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests promises of the embedded database that the tests of both databases do not cover. */
@ExtendWith(OutputCaptureExtension.class)
class SqliteDataSourceTest {

    /** A query without end. */
    private static final String ENDLESS =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    @TempDir
    private Path folder;

    private ConnectionPools database;
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;

    @BeforeEach
    void open() {
        Duration second = Duration.ofSeconds(1);
        database = new DatabaseConfiguration()
                .dataSource(new DatabaseSettings(
                        "", "", "", "", "", folder.resolve("made/events.db"), 4, second, second, second));
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration/sqlite")
                .load()
                .migrate();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void insert(String id, OffsetDateTime time) {
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                        + " VALUES (?, 'user_login', 'user_events', 0, 0, ?, ?, '{}')",
                id,
                time,
                time);
    }

    private static OffsetDateTime at(String time) {
        return OffsetDateTime.parse(time);
    }

    @Test
    void onlyTheOwnerCanReadTheFilesAndTheirHeaderSaysWal() throws Exception {
        insert("a", at("2026-01-01T00:00:00Z"));

        try (Stream<Path> files = Files.list(folder.resolve("made"))) {
            List<Path> all = files.sorted().toList();
            assertThat(all)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("events.db", "events.db-shm", "events.db-wal");
            for (Path file : all) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(jdbc.queryForObject("PRAGMA journal_mode", String.class)).isEqualTo("wal");
        assertThat(jdbc.queryForObject("PRAGMA synchronous", Integer.class)).isEqualTo(2);
        assertThat(jdbc.queryForObject("PRAGMA foreign_keys", Integer.class)).isEqualTo(1);
    }

    @Test
    void anExistingFileThatOthersCanReadIsRestricted() throws Exception {
        Path file = Files.createFile(
                folder.resolve("open.db"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));

        assertThat(new SqliteDataSource(file)).isNotNull();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource({
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00.000000Z",
        "2026-11-23T18:04:01.33376+01:00, 2026-11-23T17:04:01.333760Z",
        "2026-11-23T17:04:01.3337604Z, 2026-11-23T17:04:01.333760Z",
        "2026-11-23T17:04:01.9999995Z, 2026-11-23T17:04:01.999999Z",
        "9999-12-31T23:59:59.9999999Z, 9999-12-31T23:59:59.999999Z"
    })
    void aTimeIsTextOfOneWidth(String time, String text) {
        insert("a", at(time));

        assertThat(jdbc.queryForObject("SELECT occurred_at FROM event", String.class))
                .isEqualTo(text);
        assertThat(ColumnTime.of(text)).isEqualTo(Instant.parse(text));
    }

    @Test
    void aTimeOfAnotherYearIsTheRowsOwnFault() {
        assertThatThrownBy(() -> insert("a", at("2026-01-01T00:00:00Z").withYear(10_000)))
                .isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> insert("a", at("2026-01-01T00:00:00Z").withYear(0)))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @ParameterizedTest
    @CsvSource({"64, 1, ", "65, 1, 22001", "64, 2, ", "65, 2, 22001"})
    void textIsMeasuredInCharacters(int length, int charsEach, String state) {
        String id = (charsEach == 1 ? "x" : "\ud83d\ude00").repeat(length);
        assertThat(stateOf(() -> insert(id, OffsetDateTime.now(ZoneOffset.UTC))))
                .isEqualTo(state);
    }

    @Test
    void aRowsOwnFaultHasTheStateThatPostgresqlGives() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        insert("a", now);
        assertThat(stateOf(() -> insert("a", now))).isEqualTo("23505");
        assertThat(stateOf(() -> insert("a\0b", now))).isEqualTo("22021");
        assertThat(stateOf(() -> insert(null, now))).isEqualTo("23502");
        assertThat(stateOf(() -> jdbc.update("UPDATE event SET kafka_offset = ?", "x")))
                .isEqualTo("22P02");
        assertThat(stateOf(() -> jdbc.update(
                        "INSERT INTO dead_letter_history (dead_letter_id, at, outcome) VALUES ('x', ?, 'failed')",
                        now)))
                .isEqualTo("23503");
        assertThat(stateOf(() -> jdbc.update("UPDATE event SET occurred_at = 'today'")))
                .isEqualTo("23514");
    }

    @Test
    void aMissingTableIsNotTheRowsFault() {
        assertThat(stateOf(() -> jdbc.update("INSERT INTO gone VALUES (?)", 1))).isEqualTo("42000");
        assertThat(stateOf(() -> jdbc.execute("SELECT * FROM gone"))).isEqualTo("42000");
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
    void lettersAreFoldedAsInJava() {
        String text = "ÀÉΣς ŁЖ İ 你 \ud801\udc00";
        assertThat(jdbc.queryForObject("SELECT fold(?)", String.class, text)).isEqualTo(Folding.fold(text));
        assertThat(jdbc.queryForObject("SELECT fold(NULL)", String.class)).isNull();
    }

    @Test
    void aStatementEndsAfterItsTimeout_andItsConnectionStaysUsable() {
        jdbc.setQueryTimeout(1);
        assertThat(stateOf(() -> jdbc.queryForObject(ENDLESS, Long.class))).isEqualTo("57014");
        assertThat(stateOf(() -> jdbc.queryForObject(ENDLESS + " WHERE ? = 1", Long.class, 1)))
                .isEqualTo("57014");
        jdbc.setQueryTimeout(0);
        insert("a", OffsetDateTime.now(ZoneOffset.UTC));
    }

    @Test
    void aTransactionThatTimesOutLeavesNothing_andBlocksNobody() {
        transaction.setTimeout(1);
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    insert("a", OffsetDateTime.now(ZoneOffset.UTC));
                    jdbc.update("UPDATE event SET payload = (" + ENDLESS + ")");
                }))
                .isInstanceOf(DataAccessException.class);
        insert("b", OffsetDateTime.now(ZoneOffset.UTC));
        assertThat(jdbc.queryForList("SELECT id FROM event", String.class)).containsExactly("b");
    }

    @Test
    void aFileThatIsNotADatabasePreventsTheStart() throws Exception {
        Path file = Files.writeString(folder.resolve("garbage.db"), "This is no database, and never was one.");
        assertThatThrownBy(() -> SqliteFile.at(file))
                .isInstanceOf(StartupException.class)
                .hasMessage("The database file " + file + " is not an SQLite database: restore a backup, "
                        + "or move the file away to start with an empty database");
    }

    @Test
    void readersDoNotWaitForAWriter_andWritersKeepTheirOrder() throws Exception {
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        transaction.executeWithoutResult(status -> {
            insert("0", now);
            for (int i = 1; i <= 2; i++) {
                String id = String.valueOf(i);
                int waiting = i;
                writers.add(CompletableFuture.runAsync(() -> insert(id, now), Threads.ONE_EACH));
                HikariPoolMXBean pool =
                        database.pool(ConnectionPools.User.CONSUMERS).getHikariPoolMXBean();
                await().until(() -> pool.getActiveConnections() == waiting + 1);
            }
            assertThat(CompletableFuture.supplyAsync(
                                    () -> jdbc.queryForObject("SELECT count(*) FROM event", Integer.class),
                                    Threads.ONE_EACH)
                            .join())
                    .isZero();
        });
        for (CompletableFuture<Void> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        assertThat(jdbc.queryForList("SELECT id FROM event ORDER BY rowid", String.class))
                .containsExactly("0", "1", "2");
    }

    @Test
    void uncommittedRowsAreRolledBackWithTheConnection() throws Exception {
        try (Connection connection =
                SqliteFile.at(folder.resolve("made/events.db")).getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().executeUpdate("UPDATE audit_head SET sequence = 7");
        }
        assertThat(jdbc.queryForObject("SELECT sequence FROM audit_head", Integer.class))
                .isZero();
    }

    @Test
    void theWriteAheadLogStaysBounded() throws Exception {
        String payload = "x".repeat(100_000);
        for (int i = 0; i < 400; i++) {
            jdbc.update(
                    "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                            + " VALUES (?, 't', 't', 0, 0, ?, ?, ?)",
                    "id-" + i,
                    at("2026-01-01T00:00:00Z"),
                    at("2026-01-01T00:00:00Z"),
                    payload);
        }
        assertThat(Files.size(folder.resolve("made/events.db-wal"))).isLessThan(16L << 20);
    }

    @Test
    void aFileOfAnEarlierVersionIsNamed(CapturedOutput output) throws Exception {
        // A gateway of another test may have set a higher level.
        LoggingSystem.get(getClass().getClassLoader())
                .setLogLevel(DatabaseConfiguration.class.getName(), LogLevel.WARN);
        Path file = folder.resolve("other.db");
        Files.createFile(folder.resolve("other.mv.db"));
        Duration second = Duration.ofSeconds(1);
        new DatabaseConfiguration()
                .dataSource(new DatabaseSettings("", "", "", "", "", file, 4, second, second, second))
                .close();
        assertThat(output).contains("WARN", "other.mv.db", "GET /api/events", "other.db", "audit.anchor");
        assertThat(output).doesNotContain("made/events.mv.db");
    }
}
