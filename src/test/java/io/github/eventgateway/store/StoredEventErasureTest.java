package io.github.eventgateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.erasure.ErasurePart;
import io.github.eventgateway.erasure.UserFields;
import io.github.eventgateway.erasure.UserToErase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Erases the events of a user in both databases, in every table. Their ids remain. */
class StoredEventErasureTest {

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

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

    private void open(String kind) throws Exception {
        isPostgresql = kind.equals("postgresql");
        if (isPostgresql) {
            PostgresqlServer.renew(postgres);
        }
        database = isPostgresql ? PostgresqlServer.at(postgres) : SqliteFile.madeAt(folder.resolve("events.db"));
        jdbc = new JdbcTemplate(database);
    }

    private void intoPartitions() throws Exception {
        if (isPostgresql) {
            PostgresqlServer.bringIntoPartitions(postgres);
        }
    }

    private long erase(String user, UserFields fields) throws Exception {
        DatabaseSettings settings = new DatabaseSettings(
                isPostgresql ? "jdbc:postgresql://127.0.0.1/postgres" : "",
                "",
                "",
                "",
                "",
                Path.of("x"),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        StoredEventErasure erasure = new StoredEventErasure(new ObjectMapper(), settings);
        UserToErase whom = Erasing.user(user, fields);
        long erased = 0;
        ErasurePart.Step step = new ErasurePart.Step(0, null, false);
        while (!step.isLast()) {
            try (Connection connection = database.getConnection()) {
                step = erasure.step(connection, whom, step.position());
                connection.setAutoCommit(false);
                connection.commit();
            }
            erased += step.erased();
        }
        return erased;
    }

    /** Inserts events of the user and of another user in turns. */
    private void insert(String prefix, int count, String user, String payload) {
        String columns =
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, payload, stored_at) ";
        if (isPostgresql) {
            jdbc.update(
                    columns
                            + "SELECT ? || n, 'user_update', 'user_events', 0, n, now(), now(), CASE WHEN n % 2 = 0 THEN ? ELSE 'other' END, ?, now()"
                            + " FROM generate_series(1, ?) n",
                    prefix,
                    user,
                    payload,
                    count);
            jdbc.update("INSERT INTO event_key (id, stored_at) SELECT id, stored_at FROM event ON CONFLICT DO NOTHING");
        } else {
            jdbc.update(
                    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?) " + columns
                            + "SELECT ? || n, 'user_update', 'user_events', 0, n, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z',"
                            + " CASE WHEN n % 2 = 0 THEN ? ELSE 'other' END, ?, unixepoch() FROM s",
                    count,
                    prefix,
                    user,
                    payload);
        }
    }

    private void store(String id) {
        String columns =
                " INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, payload, stored_at) ";
        if (isPostgresql) {
            jdbc.update(
                    "WITH keyed AS (INSERT INTO event_key (id, stored_at) VALUES (?, now())) INSERT" + columns
                            + "VALUES (?, 't', 'user_events', 0, 0, now(), now(), 'v', '{}', now())",
                    id,
                    id);
        } else {
            jdbc.update(
                    "INSERT" + columns
                            + "VALUES (?, 't', 'user_events', 0, 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 'v',"
                            + " '{}', unixepoch())",
                    id);
        }
    }

    private int count(String query) {
        return jdbc.queryForObject(query, Integer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void theUsersEventsAreErased_inSmallSteps_andTheirIdsStay(String kind) throws Exception {
        open(kind);
        intoPartitions();
        insert("e", 2_400, "u-7", "{}");

        assertThat(erase("u-7", Erasing.fields())).isEqualTo(1_200);

        assertThat(count("SELECT count(*) FROM event WHERE user_id = 'u-7'")).isZero();
        assertThat(count("SELECT count(*) FROM event")).isEqualTo(1_200);
        assertThat(count("SELECT count(*) FROM event_key WHERE id IN ('e2', 'e4', 'e2400')"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anEventWithTheUserInAnotherDeclaredField_isErasedToo_andInAnUndeclaredOneIsNot(String kind) throws Exception {
        open(kind);
        intoPartitions();
        insert("a", 1_500, "x", "{\"data\":{\"user_id\":\"x\",\"by\":{\"id\":7.0}}}");
        insert("b", 10, "y", "{\"data\":{\"user_id\":\"y\",\"note\":\"7\"}}");

        assertThat(erase("7", Erasing.fields())).isZero();
        assertThat(erase("7", Erasing.fields("user_update", "/by/id"))).isEqualTo(1_500);

        assertThat(count("SELECT count(*) FROM event")).isEqualTo(10);
        assertThat(count("SELECT count(*) FROM event_key WHERE id LIKE 'a%'")).isEqualTo(1_500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anEventWithTheUserInADeclaredList_isErased(String kind) throws Exception {
        open(kind);
        intoPartitions();
        insert("a", 10, "x", "{\"data\":{\"operators\":[\"u-1\",7.0]}}");
        insert("b", 10, "y", "{\"data\":{\"operators\":[[\"7\"],{\"id\":\"7\"},\"u-7\"]}}");

        assertThat(erase("7", Erasing.fields("user_update", "/operators"))).isEqualTo(10);

        assertThat(count("SELECT count(*) FROM event")).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anEventWhoseUserIsTooLongForTheColumn_isErased(String kind) throws Exception {
        open(kind);
        intoPartitions();
        String user = "urn:user:" + "x".repeat(300);
        insert("a", 1_500, null, "{\"data\":{\"user_id\":\"" + user + "\"}}");
        insert("b", 10, null, "{\"data\":{\"user_id\":\"" + user + "y\"}}");

        assertThat(erase(user, Erasing.fields())).isEqualTo(750);

        assertThat(count("SELECT count(*) FROM event WHERE user_id IS NULL")).isEqualTo(5);
        assertThat(count("SELECT count(*) FROM event_key WHERE id LIKE 'a%'")).isGreaterThanOrEqualTo(750);
    }

    /** Dead letters are searched for these names. An index is no name. */
    @Test
    void aDeclaredElementOfAList_hasTheNameOfTheList() {
        assertThat(Erasing.fields("user_update", "/approvers/0", "/by/id").names())
                .containsExactly("approvers", "id", "user_id");
    }

    @Test
    void inPostgresql_detachedAndClosedPartitions_andTheTableOfAnEarlierVersion_areErased() throws Exception {
        open("postgresql");
        insert("plain", 4, "u-7", "{}");
        assertThat(erase("u-7", Erasing.fields())).isEqualTo(2);
        jdbc.execute("DELETE FROM event");
        intoPartitions();
        jdbc.execute("CREATE TABLE event_2020_01 (LIKE event)");
        jdbc.execute("CREATE TABLE \"event Mine\" (LIKE event)");
        for (String table : List.of("event_2020_01", "\"event Mine\"")) {
            jdbc.execute("INSERT INTO " + table
                    + " (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, payload, stored_at)"
                    + " VALUES ('" + table.replace("\"", "")
                    + "', 't', 't', 0, 0, now(), now(), 'u-7', '{}', '2020-01-05Z')");
        }

        assertThat(erase("u-7", Erasing.fields())).isEqualTo(2);

        assertThat(count("SELECT count(*) FROM event_2020_01")).isZero();
        assertThat(count("SELECT count(*) FROM \"event Mine\"")).isZero();
        assertThat(count("SELECT count(*) FROM event_key WHERE stored_at < '2021-01-01'"))
                .isEqualTo(2);
    }

    /** Stores other events during the erasure. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void whileManyEventsAreErased_noInsertWaitsForASecond(String kind) throws Exception {
        open(kind);
        intoPartitions();
        insert("e", 40_000, "u-7", "{\"data\":{\"user_id\":\"u-7\",\"filling\":\"" + "x".repeat(200) + "\"}}");
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong longest = new AtomicLong();
        AtomicLong stored = new AtomicLong();
        CompletableFuture<Void> storing = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                long begin = System.nanoTime();
                store("n" + stored.getAndIncrement());
                longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            }
        });
        await().until(() -> stored.get() > 3);

        long erased = erase("u-7", Erasing.fields());

        over.set(true);
        storing.join();
        assertThat(erased).isEqualTo(20_000);
        System.out.println(
                kind + ": the longest of " + stored.get() + " inserts took " + longest.get() / 1_000_000 + " ms");
        assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofSeconds(1));
    }
}
