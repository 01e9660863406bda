package io.github.eventgateway.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.contentOf;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.Migrations;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Erasures continue until they are done, after any interruption. */
class ErasureWorkerTest {

    private static final String USER = "user-of-this-test";

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final AuditTrail audit = mock();
    private final List<ErasureWorker> workers = new ArrayList<>();
    private final Set<Thread> threadsOfOthers = Threads.alive();
    private DataSource database;
    private JdbcTemplate jdbc;
    private boolean isPostgresql;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @AfterEach
    void stopWorkers() {
        workers.forEach(ErasureWorker::stop);
        Threads.awaitEnd("erasure", threadsOfOthers);
    }

    private void open(String kind) throws SQLException {
        isPostgresql = kind.equals("postgresql");
        if (isPostgresql) {
            PostgresqlServer.renew(postgres);
        }
        database = isPostgresql ? PostgresqlServer.at(postgres) : SqliteFile.madeAt(folder.resolve("events.db"));
        jdbc = new JdbcTemplate(database);
        jdbc.execute("CREATE TABLE thing (id integer NOT NULL PRIMARY KEY, name text)");
        for (int i = 0; i < 10; i++) {
            jdbc.update("INSERT INTO thing (id, name) VALUES (?, ?)", i, USER);
        }
    }

    /** The catalogue hashes nothing, so the id is the only value. */
    private static String id(UserToErase user) {
        return user.values().iterator().next();
    }

    /** Deletes three things in each step. */
    private static class Things implements ErasurePart {

        private final Kind kind;
        final List<String> positions = new ArrayList<>();

        Things(Kind kind) {
            this.kind = kind;
        }

        @Override
        public Kind kind() {
            return kind;
        }

        @Override
        public Step step(Connection connection, UserToErase user, String position) throws SQLException, IOException {
            positions.add(position);
            int after = position == null ? -1 : Integer.parseInt(position);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                int erased = statement.executeUpdate("DELETE FROM thing WHERE name = '" + id(user) + "' AND id > "
                        + after + " AND id <= " + (after + 3));
                return new Step(erased, String.valueOf(after + 3), after + 3 >= 9);
            }
        }
    }

    /** Has nothing to erase. */
    private static final class Nothing extends Things {

        Nothing(Kind kind) {
            super(kind);
        }

        @Override
        public Step step(Connection connection, UserToErase user, String position) {
            positions.add(position);
            return Step.last(0);
        }
    }

    private ErasureWorker work(ErasurePart... parts) {
        Migrations migrations = mock();
        when(migrations.isMigrated()).thenReturn(true);
        EventCatalogue catalogue = mock();
        when(catalogue.hash(any(com.fasterxml.jackson.core.JsonPointer.class), any()))
                .thenReturn(java.util.Optional.empty());
        DatabaseSettings settings = new DatabaseSettings(
                isPostgresql ? "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres" : "",
                "postgres",
                "postgres",
                "",
                "",
                folder.resolve("events.db"),
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1));
        ErasureWorker worker = new ErasureWorker(
                Erasing.table(database, isPostgresql),
                Erasing.fields(),
                catalogue,
                migrations,
                audit,
                List.of(parts),
                database,
                settings);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private String erase() {
        return Erasing.enter(database, Erasing.users(), USER, Instant.now());
    }

    private ErasureTable.Row row(String id) {
        return Erasing.table(database, isPostgresql).find(id).orElseThrow();
    }

    private void done(String id) {
        await().atMost(Duration.ofSeconds(30)).until(() -> row(id).isDone());
    }

    private int things() {
        return jdbc.queryForObject("SELECT count(*) FROM thing", Integer.class);
    }

    @Test
    void theFilesOfSqliteKeepNothingOfTheUser() throws SQLException {
        open("sqlite");
        String id = erase();
        assertThat(filesWithTheUser()).isNotEmpty();

        // As in a gateway, another connection is open. Without one SQLite would empty its log itself.
        try (Connection other = database.getConnection()) {
            work(new Things(ErasurePart.Kind.EVENTS));
            done(id);

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(filesWithTheUser()).isEmpty());
            assertThat(other.isClosed()).isFalse();
        }
    }

    private List<Path> filesWithTheUser() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> contentOf(file.toFile(), StandardCharsets.ISO_8859_1)
                            .contains(USER))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anErasureIsDonePartByPart_andKeepsNothingOfTheUser(String kind) throws SQLException {
        open(kind);
        String id = erase();
        Things archives = new Nothing(ErasurePart.Kind.ARCHIVED_EVENTS);
        Things events = new Things(ErasurePart.Kind.EVENTS);

        work(archives, events);
        done(id);

        assertThat(things()).isZero();
        assertThat(events.positions).containsExactly(null, "2", "5", "8");
        assertThat(archives.positions).containsExactly((String) null);
        assertThat(row(id).erased()).containsEntry("events", 10L).containsEntry("archived_events", 0L);
        assertThat(row(id).userId()).isNull();
        assertThat(row(id).finishedAt()).isNotNull();
        verify(audit)
                .recordOwn(
                        "erasure",
                        Map.of("erasure", id, "user_hash", Erasing.users().hash(USER)),
                        Map.of("events", 10L, "dead_letters", 0L, "audit_details", 0L, "archived_events", 0L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aStepThatIsBrokenOff_isDoneAgainFromWhereItBegan_andCountedOnce(String kind) throws SQLException {
        open(kind);
        String id = erase();
        AtomicInteger steps = new AtomicInteger();
        Things dying = new Things(ErasurePart.Kind.EVENTS) {
            @Override
            public Step step(Connection connection, UserToErase user, String position)
                    throws SQLException, IOException {
                Step step = super.step(connection, user, position);
                if (steps.incrementAndGet() >= 2) {
                    throw new IOException("killed");
                }
                return step;
            }
        };

        ErasureWorker first = work(dying);
        await().until(() -> first.problem() != null);
        first.stop();

        assertThat(things()).as("after the committed step").isEqualTo(7);
        assertThat(row(id).position()).isEqualTo("2");
        assertThat(first.health().getDetails()).containsKey("problem");
        Things next = new Things(ErasurePart.Kind.EVENTS);
        work(next);
        done(id);
        assertThat(next.positions).containsExactly("2", "5", "8");
        assertThat(row(id).erased()).containsEntry("events", 10L);
        assertThat(things()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void whereTheAuditTrailTakesNoRecord_theErasureIsNotDone(String kind) throws SQLException {
        open(kind);
        doThrow(new CompletionException(new IOException("none")))
                .doNothing()
                .when(audit)
                .recordOwn(eq("erasure"), any(), any());
        String id = erase();

        ErasureWorker worker = work(new Things(ErasurePart.Kind.EVENTS), new Nothing(ErasurePart.Kind.DEAD_LETTERS));
        await().until(() -> worker.problem() != null);

        assertThat(row(id).isDone()).isFalse();
        assertThat(row(id).userId()).isEqualTo(USER);
        done(id);
    }

    @Test
    void inPostgresql_oneGatewayWorksAtATime() throws SQLException {
        open("postgresql");
        String id = erase();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        class Counted extends Things {
            Counted() {
                super(Kind.EVENTS);
            }

            @Override
            public Step step(Connection connection, UserToErase user, String position)
                    throws SQLException, IOException {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                try {
                    jdbc.execute("SELECT pg_sleep(0.2)");
                    return super.step(connection, user, position);
                } finally {
                    now.decrementAndGet();
                }
            }
        }

        work(new Counted());
        work(new Counted());
        work(new Counted());
        done(id);

        assertThat(most.get()).isEqualTo(1);
        assertThat(row(id).erased()).containsEntry("events", 10L);
    }

    @Test
    void inPostgresql_theWorkBeginsWhenNoTransactionIsLeftThatDoesNotKnowOfIt() throws SQLException {
        open("postgresql");
        jdbc.update("DELETE FROM thing WHERE id = 9");
        try (Connection storing = database.getConnection()) {
            storing.setAutoCommit(false);
            // as the store does: it has written nothing yet
            ErasedUsers.Known known =
                    Erasing.users().known(new JdbcTemplate(new SingleConnectionDataSource(storing, true)));
            assertThat(known.isEmpty()).isTrue();
            String id = erase();
            Things events = new Things(ErasurePart.Kind.EVENTS);
            ErasureWorker worker = work(events);

            String other = Erasing.enter(
                    database, Erasing.users(), "another", Instant.now().minusSeconds(3600));
            done(other);

            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(() -> things() == 9);
            assertThat(worker.problem()).isNull();
            assertThat(row(id).isDone()).isFalse();
            storing.createStatement().execute("INSERT INTO thing (id, name) VALUES (9, '" + USER + "')");
            storing.commit();
            done(id);
            assertThat(things()).isZero();
        }
    }

    /** The number of the transaction is that of another server. */
    @Test
    void inPostgresql_anErasureContinuesAfterTheRestorationOfADump() throws SQLException {
        open("postgresql");
        String id = erase();
        jdbc.update("UPDATE erasure SET begun_in = 1000000000");

        work(new Things(ErasurePart.Kind.EVENTS));

        done(id);
        assertThat(things()).isZero();
    }

    /** Fails for one user until it is healed. */
    private static final class Failing extends Things {

        private final AtomicBoolean healed = new AtomicBoolean();

        Failing() {
            super(Kind.EVENTS);
        }

        @Override
        public Step step(Connection connection, UserToErase user, String position) throws SQLException, IOException {
            if (id(user).startsWith("broken") && !healed.get()) {
                connection.setAutoCommit(false);
                throw new NumberFormatException("cannot read " + user.erasure());
            }
            return super.step(connection, user, position);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void erasuresThatFailRepeatedly_doNotStopTheOnesBehindThem_areNamed_andAreTriedAgain(String kind)
            throws SQLException {
        open(kind);
        List<String> broken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            broken.add(Erasing.enter(
                    database, Erasing.users(), "broken-" + i, Instant.now().minusSeconds(100 - i)));
        }
        String id = erase();
        Failing part = new Failing();

        ErasureWorker worker = work(part);
        done(id);

        assertThat(things()).isZero();
        await().untilAsserted(() -> {
            assertThat(worker.problem()).contains(broken.get(0)).contains("Other erasures cannot continue either");
            assertThat(worker.health().getDetails()).containsEntry("failing", broken);
        });
        assertThat(worker.health().getStatus()).isEqualTo(Status.UP);
        assertThat(broken).allSatisfy(each -> assertThat(worker.problem(each))
                .isEqualTo("The data of a user cannot be erased. The gateway retries. Cause: cannot read " + each));
        assertThat(worker.problem(id)).isNull();
        part.healed.set(true);
        broken.forEach(this::done);
        await().untilAsserted(() -> assertThat(worker.health().getDetails()).isEmpty());
    }

    @Test
    void anErasureThatFailed_isTriedAgain_evenIfTheNextOneTakesLong() throws SQLException {
        open("sqlite");
        String broken =
                Erasing.enter(database, Erasing.users(), "broken", Instant.now().minusSeconds(100));
        String id = erase();
        AtomicBoolean healed = new AtomicBoolean();
        AtomicInteger steps = new AtomicInteger();
        work(new Things(ErasurePart.Kind.EVENTS) {
            @Override
            public Step step(Connection connection, UserToErase user, String position) throws IOException {
                if (id(user).equals(USER)) {
                    steps.incrementAndGet();
                    return new Step(0, "0", false);
                }
                if (!healed.get()) {
                    throw new IOException("not yet");
                }
                return Step.last(0);
            }
        });
        await().atMost(Duration.ofSeconds(30)).until(() -> steps.get() > 3);

        healed.set(true);

        done(broken);
        assertThat(row(id).isDone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void beyondTheBound_noErasureBegins_untilAnotherIsDone(String kind) throws SQLException {
        open(kind);
        ErasureTable table = Erasing.table(database, isPostgresql);
        List<CompletableFuture<Boolean>> begun = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> begins(table, "user-" + i), Threads.ONE_EACH))
                .toList();

        assertThat(begun.stream().filter(CompletableFuture::join)).hasSize(3);

        assertThat(jdbc.queryForObject("SELECT count(*) FROM erased_user", Integer.class))
                .isEqualTo(3);
        assertThatThrownBy(() -> table.requireRoom(3)).isInstanceOf(GatewayException.class);
        work(new Nothing(ErasurePart.Kind.EVENTS));
        await().atMost(Duration.ofSeconds(30)).until(() -> table.next(null).isEmpty());
        assertThat(begins(table, "later")).isTrue();
    }

    /** Returns false if there are three others. */
    private static boolean begins(ErasureTable table, String user) {
        ErasedUsers users = Erasing.users();
        try {
            table.begin(
                    UUID.randomUUID().toString(),
                    new ErasureOrder(user, "tester"),
                    Instant.now().truncatedTo(ChronoUnit.MICROS),
                    List.of(users.hash(user)),
                    users.keyId(),
                    3);
            return true;
        } catch (GatewayException e) {
            assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_REQUESTS);
            assertThat(e.details().get(0).message()).contains("at most 3 erasures");
            return false;
        }
    }
}
