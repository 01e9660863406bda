package io.github.eventgateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.erasure.Erasing;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.kafka.PolledRecord;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Tests how both databases store a batch of rows, and how many statements that takes. */
class EventTableTest {

    private static final String POSTGRESQL = "jdbc:postgresql://127.0.0.1/postgres";

    private static EmbeddedPostgres postgres;

    @TempDir
    private static Path folder;

    private static DataSource sqlite;

    private final List<String> calls = new ArrayList<>();
    private JdbcTemplate jdbc;

    @BeforeAll
    static void start() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("track_commit_timestamp", "on")
                .start();
        sqlite = SqliteFile.madeAt(folder.resolve("events.db"));
        PostgresqlServer.renew(postgres);
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        new JdbcTemplate(sqlite).update("DELETE FROM event");
        new JdbcTemplate(PostgresqlServer.at(postgres)).update("DELETE FROM event");
        new JdbcTemplate(PostgresqlServer.at(postgres)).update("DELETE FROM event_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aPollOf500_isOneTransactionAndOneJdbcBatch(String database) {
        assertThat(table(database).insert(rows(0, 500)).count()).isEqualTo(500);

        assertThat(calls)
                .isEqualTo(
                        database.equals("sqlite")
                                ? List.of("executeBatch", "executeBatch", "executeUpdate", "commit")
                                : List.of("executeQuery", "commit"));
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event", Integer.class))
                .isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aRecordStoredUnderTheIdOfAnotherKey_isNotStoredAgain_evenAfterItsRowIsRemoved(String database) {
        EventTable table = table(database);
        EventRow first = row("derived:old-" + database, 1);
        table.insert(List.of(first));
        EventRow again = new EventRow(
                row("derived:new-" + database, 1).event(),
                first.record(),
                Instant.EPOCH,
                true,
                null,
                null,
                null,
                List.of("derived:other", first.event().id()));

        BatchInsert insert = new BatchInsert(table, null, null);
        insert.insert(List.of(again));
        assertThat(insert.repeated()).isEqualTo(1);
        assertThat(jdbc.queryForList("SELECT id FROM event", String.class))
                .containsExactly(first.event().id());

        jdbc.update("DELETE FROM event");
        if (database.equals("sqlite")) {
            jdbc.update(
                    "INSERT INTO event_key (id, stored_at) VALUES (?, 0)",
                    first.event().id());
        }
        new BatchInsert(table, null, null).insert(List.of(again));
        assertThat(jdbc.queryForList("SELECT id FROM event", String.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void existingRows_areSkippedAndNotCounted(String database) {
        EventTable table = table(database);
        table.insert(rows(0, 10));

        assertThat(table.insert(rows(5, 15)).count()).isEqualTo(5);
        assertThat(table.insert(rows(0, 15)).count()).isZero();
        assertThat(jdbc.queryForObject("SELECT count(*) FROM event", Integer.class))
                .isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void theSameTextOfAnotherPublisher_isAnotherEvent(String database) {
        EventTable table = table(database);
        table.insert(List.of(row("one", 1, "billing")));

        assertThat(table.insert(List.of(row("one", 2, "shop"))).others())
                .hasEntrySatisfying(
                        "one", stored -> assertThat(stored.publisher()).isEqualTo("billing"));
        assertThat(table.insert(List.of(row("one", 3, "billing"))).others()).isEmpty();
        assertThat(table.insert(List.of(row("one", 4, null))).others()).isEmpty();
    }

    private static EventRow row(String id, long offset, String publisher) {
        EventRow row = row(id, offset);
        return new EventRow(row.event(), record(offset), Instant.EPOCH, true, publisher, null, null, List.of());
    }

    /** For PostgreSQL see BatchInsertIntoPartitionsTest. */
    @Test
    void inSqlite_anIdOfARemovedRow_isARepetition() {
        EventTable table = table("sqlite");
        jdbc.update("INSERT INTO event_key (id, stored_at) VALUES ('id-7', 0)");
        try {
            assertThat(table.insert(rows(5, 10)).count()).isEqualTo(4);
            assertThat(jdbc.queryForObject("SELECT count(*) FROM event WHERE id = 'id-7'", Integer.class))
                    .isZero();
            assertThat(jdbc.queryForObject(
                            "SELECT count(*) FROM event WHERE stored_at BETWEEN unixepoch() - 60 AND unixepoch()",
                            Integer.class))
                    .isEqualTo(4);
        } finally {
            jdbc.update("DELETE FROM event_key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aNewEvent_isCountedOnce_byMinutePartitionTypeAndLevel(String database) {
        EventTable table = table(database);
        jdbc.update("DELETE FROM event_count");
        table.insert(rows(0, 10));
        table.insert(rows(5, 15));
        table.insert(rows(0, 15));
        table.probe(row("another", 16));

        Map<String, Object> counted = jdbc.queryForMap("SELECT * FROM event_count");

        assertThat(((Number) counted.get("n")).longValue()).isEqualTo(15);
        assertThat(((Number) counted.get("kafka_partition")).intValue()).isEqualTo(2);
        assertThat(counted)
                .containsEntry("type", "user_login")
                .containsEntry("level", "")
                .containsEntry("publisher", "");
        assertThat(ColumnTime.of(counted.get("minute")))
                .isEqualTo(row("any", 1).receivedAt().truncatedTo(ChronoUnit.MINUTES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aNewEvent_isInTheStreamOnce_inTheOrderOfKafka_untilItIsTrimmed(String database) {
        EventTable table = table(database);
        jdbc.update("DELETE FROM event_batch");
        table.insert(List.of(row("b", 1), row("d", 2), row("c", 3)));
        table.insert(List.of(row("c", 3), row("a", 4)));
        table.insert(List.of(row("a", 4)));
        table.probe(row("another", 16));

        assertThat(jdbc.queryForList("SELECT ids FROM event_batch ORDER BY number", String.class))
                .extracting(ids -> ids.replace(" ", ""))
                .containsExactly("[\"b\",\"d\",\"c\"]", "[\"a\"]");
        String last = "SELECT number FROM event_batch_deleted";
        Long before = jdbc.queryForObject(last, Long.class);
        jdbc.update("UPDATE event_batch_deleted SET stored_at = NULL");
        EventBatchTrim trim = trim(database);
        try {
            assertThat(trim.trim()).isZero();
            assertThat(jdbc.queryForObject(last, Long.class)).isEqualTo(before);
            jdbc.update(
                    "UPDATE event_batch SET stored_at = ? WHERE ids LIKE '%b%'",
                    row("b", 1).receivedAt().atOffset(ZoneOffset.UTC));

            assertThat(trim.trim()).isEqualTo(1);

            assertThat(jdbc.queryForList("SELECT ids FROM event_batch", String.class))
                    .containsExactly("[\"a\"]");
            assertThat(jdbc.queryForObject(last, Long.class))
                    .isGreaterThan(before)
                    .isLessThan(jdbc.queryForObject("SELECT number FROM event_batch", Long.class));
            assertThat(jdbc.queryForList("SELECT stored_at FROM event_batch_deleted WHERE stored_at IS NOT NULL"))
                    .hasSize(1);
        } finally {
            trim.destroy();
        }
    }

    @Test
    void inPostgresql_theNumbersOfAnotherServerAreRemoved_andLaterEntriesAreTrimmed() {
        EventTable table = table("postgresql");
        jdbc.update("DELETE FROM event_batch");
        jdbc.update("UPDATE event_batch_deleted SET number = 1000000000, stored_at = NULL");
        jdbc.update("INSERT INTO event_batch VALUES (1000000001, now(), '[]')");
        EventBatchTrim trim = trim("postgresql");
        try {
            trim.trim();

            assertThat(jdbc.queryForList("SELECT ids FROM event_batch")).isEmpty();
            assertThat(jdbc.queryForList("SELECT stored_at FROM event_batch_deleted WHERE stored_at IS NOT NULL"))
                    .hasSize(1);
            table.insert(List.of(row("a", 1)));
            assertThat(jdbc.queryForObject("SELECT number FROM event_batch_deleted", Long.class))
                    .isLessThan(jdbc.queryForObject("SELECT number FROM event_batch", Long.class));
            jdbc.update("UPDATE event_batch SET stored_at = stored_at - interval '1 day'");
            assertThat(trim.trim()).isEqualTo(1);
        } finally {
            trim.destroy();
            jdbc.update("UPDATE event_batch_deleted SET number = 0");
        }
    }

    private EventBatchTrim trim(String database) {
        DatabaseSettings settings = new DatabaseSettings(
                database.equals("sqlite") ? "" : POSTGRESQL,
                "",
                "",
                "",
                "",
                Path.of("x"),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        return new EventBatchTrim(
                jdbc,
                new JdbcTransactionManager(jdbc.getDataSource()),
                settings,
                new StoreSettings(Duration.ofMinutes(15)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void everyContentOfAnEvent_isInItsRow(String database) {
        ObjectNode data = StrictJson.MAPPER
                .createObjectNode()
                .put("username", "a \"quoted\", {braced} \\ name, NULL 你好 😀\n")
                .put("action", "NULL")
                .put("ip", "")
                .put("user_id", 7);
        Instant time = Instant.parse("9999-12-31T23:59:59.123456Z");
        Event event = new Event("odd", "user_login", time, true, "7", data, null);

        table(database)
                .insert(List.of(new EventRow(
                        event,
                        record(3),
                        Instant.parse("2026-01-31T12:00:00.001Z"),
                        true,
                        "billing",
                        "ops",
                        null,
                        List.of())));

        Map<String, Object> row = jdbc.queryForMap("SELECT * FROM event");
        assertThat(row)
                .containsEntry("username", data.get("username").textValue())
                .containsEntry("action", "NULL")
                .containsEntry("ip", "")
                .containsEntry("user_id", "7")
                .containsEntry("service", null)
                .containsEntry("level", null)
                .containsEntry("topic", "user_events")
                .containsEntry("repaired_by", "ops")
                .extracting("kafka_partition", "kafka_offset")
                .extracting(number -> ((Number) number).longValue())
                .containsExactly(2L, 3L);
        assertThat(StrictJson.parse(((String) row.get("payload")).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .get("data"))
                .isEqualTo(data);
        assertThat(ColumnTime.of(row.get("occurred_at"))).isEqualTo(time);
    }

    /**
     * A frozen gateway loses its partition, and continues in the middle of its batch while the next owner stores the
     * beginning of the same records. Its transaction is older, but stores only the later rows.
     */
    @Test
    void whenTwoGatewaysStoreTheSameRecords_theyBecomeVisibleInOrder() throws Exception {
        List<EventRow> common = List.of(row("b", 1), row("c", 2), row("d", 3));
        List<EventRow> all = List.of(common.get(0), common.get(1), common.get(2), row("a", 4), row("0", 5));
        DataSource database = PostgresqlServer.at(postgres);
        CompletableFuture<Integer> awoken;
        try (Connection obstacle = database.getConnection()) {
            obstacle.setAutoCommit(false);
            new JdbcTemplate(new SingleConnectionDataSource(obstacle, true)).update("""
                    INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)
                    VALUES ('a', 'user_login', 'user_events', 2, 4, now(), now(), '{}')""");
            awoken = CompletableFuture.supplyAsync(
                    () -> table(POSTGRESQL, database).insert(all).count());
            await().until(() ->
                    offsets("SELECT count(*) FROM pg_locks WHERE NOT granted").equals(List.of(1L)));

            assertThat(table(POSTGRESQL, database).insert(common).count()).isEqualTo(3);
            assertThat(offsets("SELECT kafka_offset FROM event ORDER BY kafka_offset"))
                    .containsExactly(1L, 2L, 3L);
            obstacle.rollback();
        }

        assertThat(awoken.get(1, TimeUnit.MINUTES)).isEqualTo(2);
        assertThat(offsets("SELECT kafka_offset FROM event ORDER BY pg_xact_commit_timestamp(xmin), kafka_offset"))
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        // The numbers of transactions therefore do not show the order.
        assertThat(offsets("SELECT kafka_offset FROM event ORDER BY xmin::text::bigint, kafka_offset"))
                .containsExactly(4L, 5L, 1L, 2L, 3L);
    }

    private static List<Long> offsets(String query) {
        return new JdbcTemplate(PostgresqlServer.at(postgres)).queryForList(query, Long.class);
    }

    private EventTable table(String database) {
        boolean isSqlite = database.equals("sqlite");
        DataSource counted = new Counted(isSqlite ? sqlite : PostgresqlServer.at(postgres));
        jdbc = new JdbcTemplate(counted);
        return table(isSqlite ? "" : POSTGRESQL, counted);
    }

    private static EventTable table(String url, DataSource database) {
        DatabaseSettings settings =
                new DatabaseSettings(url, "", "", "", "", Path.of("x"), 1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new EventTable(
                new JdbcTemplate(database),
                new JdbcTransactionManager(database),
                settings,
                Erasing.users(),
                Erasing.fields());
    }

    private static List<EventRow> rows(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> row("id-" + i, i)).toList();
    }

    private static EventRow row(String id, long offset) {
        ObjectNode data = StrictJson.MAPPER.createObjectNode().put("user_id", 7);
        Event event = new Event(id, "user_login", Instant.EPOCH, true, "7", data, null);
        return new EventRow(event, record(offset), Instant.EPOCH, true, null, null, null, List.of());
    }

    private static PolledRecord record(long offset) {
        return new PolledRecord("user_events", 2, offset, 0, null, null, new RecordHeaders());
    }

    /** Records the statements of a transaction. */
    private final class Counted extends AbstractDataSource {

        private final DataSource source;

        Counted(DataSource source) {
            this.source = source;
        }

        @Override
        public Connection getConnection() throws java.sql.SQLException {
            return noting(Connection.class, source.getConnection());
        }

        @Override
        public Connection getConnection(String user, String password) {
            throw new UnsupportedOperationException();
        }

        private <T> T noting(Class<T> type, T real) {
            Object proxy =
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        if (List.of("executeBatch", "executeQuery", "executeUpdate", "execute", "commit", "rollback")
                                .contains(method.getName())) {
                            calls.add(method.getName());
                        }
                        try {
                            Object result = method.invoke(real, arguments);
                            return result instanceof PreparedStatement statement
                                    ? noting(PreparedStatement.class, statement)
                                    : result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            return type.cast(proxy);
        }
    }
}
