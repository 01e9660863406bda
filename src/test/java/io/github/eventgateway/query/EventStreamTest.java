package io.github.eventgateway.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.PostgresqlServer;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.store.StoreOrder;
import io.github.eventgateway.testing.Threads;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests what listeners get while several gateways store at once, on both databases. */
class EventStreamTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final CallerToken VALID = new CallerToken(null, () -> false, Duration.ZERO);
    private static final EventFilter ALL = new EventFilter(List.of(), Map.of(), null);
    private static final Pattern MESSAGE = Pattern.compile("id: ([0-9-]+)\ndata: \\{\"id\":\"([^\"]+)\"");

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final Set<Thread> threadsOfOthers = Threads.alive();
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger offset = new AtomicInteger();
    private boolean isPostgresql;
    private boolean isPartitioned;
    private DataSource database;
    private StoredOrder order;
    private LiveEvents live;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @AfterEach
    void end() {
        if (live != null) {
            live.destroy();
            Threads.awaitEnd("live-events", threadsOfOthers);
        }
    }

    private void open(String kind) throws SQLException {
        open(kind, new StreamSettings(Duration.ofMillis(20), Duration.ofMillis(200), 4 << 20));
    }

    private void open(String kind, StreamSettings settings) throws SQLException {
        isPostgresql = !kind.equals("sqlite");
        isPartitioned = kind.equals("partitions");
        if (isPartitioned) {
            PostgresqlServer.renewWithPartitions(postgres);
        } else if (isPostgresql) {
            PostgresqlServer.renew(postgres);
        }
        database = isPostgresql ? PostgresqlServer.at(postgres) : SqliteFile.madeAt(folder.resolve("events.db"));
        DatabaseSettings where = new DatabaseSettings(
                isPostgresql ? "jdbc:postgresql://x" : "",
                "",
                "",
                "",
                "",
                Path.of("x"),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
        order = new StoredOrder(new JdbcTemplate(database), where, new ObjectMapper().findAndRegisterModules()) {
            @Override
            Batches batches(long from) {
                polls.incrementAndGet();
                return super.batches(from);
            }
        };
        live = new LiveEvents(null, order, settings, new SimpleMeterRegistry());
    }

    /** A transaction of a store. Its events become visible with its commit. */
    private Connection begin(String... ids) throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        for (String id : ids) {
            if (isPartitioned) {
                insert(connection, "INSERT INTO event_key (id, stored_at) VALUES (?, now())", id);
            }
            String time = isPartitioned ? ", now())" : ")";
            insert(
                    connection,
                    "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, username, payload"
                            + (isPartitioned ? ", stored_at)" : ")")
                            + " VALUES (?, 'user_login', 'user_events', 0, ?, ?, ?, ?, ?" + time,
                    id,
                    offset.incrementAndGet(),
                    ColumnTime.column(TIME),
                    ColumnTime.column(TIME),
                    id.substring(0, 1),
                    "{\"id\":\"%s\",\"type\":\"user_login\",\"timestamp\":\"%s\",\"data\":{\"text\":\"Straße\"}}"
                            .formatted(id, TIME));
        }
        String array = Stream.of(ids).map(id -> "\"" + id + "\"").toList().toString();
        if (isPostgresql) {
            insert(
                    connection,
                    "INSERT INTO event_batch (number, stored_at, ids) VALUES (pg_current_xact_id()::text::bigint, now(), ?)",
                    array);
        } else {
            insert(
                    connection,
                    "INSERT INTO event_batch (stored_at, ids) VALUES (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z', ?)",
                    array);
        }
        return connection;
    }

    private static void insert(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private void store(String... ids) throws SQLException {
        commit(begin(ids));
    }

    private static void commit(Connection connection) throws SQLException {
        try (connection) {
            connection.commit();
        }
    }

    /** A listener that records its messages. */
    private final class Ear {

        private final EventStream stream;
        private final List<String> ids = new ArrayList<>();
        private final List<String> positions = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Ear(EventFilter filter, String lastId) {
            stream = live.stream(filter, lastId == null ? null : StreamPosition.decode(lastId), VALID);
        }

        Ear listen() {
            String more = new String(stream.next(), StandardCharsets.UTF_8);
            text.append(more);
            Matcher messages = MESSAGE.matcher(more);
            while (messages.find()) {
                positions.add(messages.group(1));
                ids.add(messages.group(2));
            }
            return this;
        }

        void listenUntil(int count) {
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> listen().ids.size() >= count);
        }

        /** Returns the last received id, of an event or a heartbeat. */
        String lastId() {
            Matcher all = Pattern.compile("id: ([0-9-]+)\n").matcher(text);
            String last = null;
            while (all.find()) {
                last = all.group(1);
            }
            return last;
        }
    }

    /** Returns a listener that has started. */
    private Ear ear() {
        return new Ear(ALL, null).listen().listen();
    }

    @Test
    void whenTransactionsAreCommittedInAnotherOrder_noEventIsLost_andAllListenersGetOneOrder() throws Exception {
        open("postgresql");
        Ear early = ear();
        Connection first = begin("a1", "a2");
        Connection second = begin("b1");
        commit(second);
        Ear late = ear();
        store("c1");
        // A few polls, in which the other events are already visible.
        int before = polls.get();
        await().until(() -> polls.get() > before + 3);
        early.listen();
        assertThat(early.ids).isEmpty();

        commit(first);

        early.listenUntil(4);
        late.listenUntil(4);
        assertThat(early.ids).containsExactly("a1", "a2", "b1", "c1");
        assertThat(late.ids).isEqualTo(early.ids);
        assertThat(late.positions).isEqualTo(early.positions);
    }

    @Test
    void aRolledBackTransactionBlocksNothing() throws Exception {
        open("postgresql");
        Ear ear = ear();
        Connection gone = begin("gone");
        store("b");
        try (gone) {
            gone.rollback();
        }

        ear.listenUntil(1);
        assertThat(ear.ids).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql", "partitions"})
    void whileManyStoreAtOnce_eachListenerGetsEachEventOnce_alsoAcrossGateways(String kind) throws Exception {
        open(kind);
        LiveEvents another = new LiveEvents(
                null,
                order,
                new StreamSettings(Duration.ofMillis(7), Duration.ofSeconds(1), 4 << 20),
                new SimpleMeterRegistry());
        int writers = 4;
        int batches = 60;
        try {
            Ear all = ear();
            List<CompletableFuture<Void>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "w" + writer;
                Random random = new Random(writer);
                writing.add(CompletableFuture.runAsync(() -> write(name, batches, random), Threads.ONE_EACH));
            }
            // This listener disconnects many times, and resumes at the other gateway.
            List<String> resumed = new ArrayList<>();
            String lastId = all.lastId();
            LiveEvents mine = live;
            while (resumed.size() < writers * batches * 2) {
                LiveEvents other = live == mine ? another : mine;
                live = other;
                Ear ear = new Ear(ALL, lastId);
                live = mine;
                ear.listenUntil(resumed.size() % 3 == 0 ? 1 : Math.min(17, writers * batches * 2 - resumed.size()));
                ear.stream.close();
                resumed.addAll(ear.ids);
                lastId = ear.lastId();
            }
            CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new)).join();
            all.listenUntil(writers * batches * 2);

            assertThat(all.ids).doesNotHaveDuplicates().hasSize(writers * batches * 2);
            assertThat(resumed).isEqualTo(all.ids);
        } finally {
            another.destroy();
        }
    }

    private void write(String name, int batches, Random random) {
        try {
            for (int i = 0; i < batches; i++) {
                Connection connection = begin(name + "-" + i + "a", name + "-" + i + "b");
                if (isPostgresql && random.nextInt(4) == 0) {
                    try (PreparedStatement rest = connection.prepareStatement("SELECT pg_sleep(0.02)")) {
                        rest.execute();
                    }
                }
                commit(connection);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void anyNumberOfListeners_sharesOneQuery(String kind) throws Exception {
        open(kind, new StreamSettings(Duration.ofMillis(100), Duration.ofSeconds(9), 4 << 20));
        List<Ear> ears = Stream.generate(this::ear).limit(50).toList();
        int before = polls.get();
        long since = System.nanoTime();

        store("a");
        ears.forEach(ear -> ear.listenUntil(1));

        long millis = Duration.ofNanos(System.nanoTime() - since).toMillis();
        assertThat(polls.get() - before).isLessThanOrEqualTo((int) (millis / 100 + 2));
        ears.forEach(ear -> ear.stream.close());
        await().untilAsserted(() -> {
            int resting = polls.get();
            await().during(Duration.ofMillis(300)).until(() -> polls.get() == resting);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql", "partitions"})
    void aListenerResumesWithinABatch_andAfterAHeartbeat(String kind) throws Exception {
        open(kind);
        Ear ear = ear();
        store("a1", "a2", "a3");
        ear.listenUntil(3);

        Ear within = new Ear(ALL, ear.positions.get(1));
        within.listenUntil(1);
        assertThat(within.ids).containsExactly("a3");

        String afterEvents = ear.lastId();
        await().until(() -> !ear.listen().lastId().equals(afterEvents));
        assertThat(ear.text).contains(": heartbeat");
        store("b");
        Ear afterHeartbeat = new Ear(ALL, ear.lastId());
        afterHeartbeat.listenUntil(1);
        assertThat(afterHeartbeat.ids).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void theFiltersOfTheQueryApply(String kind) throws Exception {
        open(kind);
        store("x0");
        List<EventFilter> met = List.of(
                filter(Map.of("username", "a")),
                filter(Map.of("username", "?", "username_hash", "a")),
                new EventFilter(
                        List.of(),
                        Map.of("from", ColumnTime.column(TIME), "to", ColumnTime.column(TIME.plusNanos(1000))),
                        null),
                new EventFilter(List.of(), Map.of(), "straße"));
        List<EventFilter> missed = List.of(
                filter(Map.of("username", "b")),
                filter(Map.of("publisher", "a")),
                new EventFilter(List.of(), Map.of("from", ColumnTime.column(TIME.plusNanos(1000))), null),
                new EventFilter(List.of(), Map.of("to", ColumnTime.column(TIME)), null),
                new EventFilter(List.of(), Map.of(), "nothing"));
        List<Ear> hearing =
                met.stream().map(one -> new Ear(one, null).listen().listen()).toList();
        List<Ear> deaf =
                missed.stream().map(one -> new Ear(one, null).listen().listen()).toList();

        store("a");

        hearing.forEach(ear -> ear.listenUntil(1));
        assertThat(deaf).allSatisfy(ear -> assertThat(ear.listen().ids).isEmpty());
    }

    private static EventFilter filter(Map<String, Object> values) {
        return new EventFilter(List.of("username", "publisher"), values, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aListenerThatReadsNothing_isDisconnected_andResumes(String kind) throws Exception {
        open(kind, new StreamSettings(Duration.ofMillis(20), Duration.ofSeconds(9), 2000));
        Ear slow = ear();
        Ear quick = ear();
        for (int i = 0; i < 30; i++) {
            store("e" + i);
            quick.listenUntil(i + 1);
        }

        assertThatThrownBy(slow::listen)
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("the listener is too slow, and too many events wait for it")
                .extracting(failure -> ((GatewayException) failure).reason())
                .isEqualTo(Reason.TOO_SLOW);
        Ear again = new Ear(ALL, slow.lastId());
        again.listenUntil(30);
        assertThat(again.ids).isEqualTo(quick.ids);
    }

    @Test
    void anEventBeyondTheBuffer_isSent_ifTheListenerIsNotLate() throws Exception {
        open("sqlite", new StreamSettings(Duration.ofMillis(20), Duration.ofSeconds(9), 20));
        Ear ear = ear();
        store("a");

        ear.listenUntil(1);
        store("b");
        ear.listenUntil(2);

        assertThat(ear.ids).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void deletedUnreadEntries_areReported(String kind) throws Exception {
        open(kind);
        Ear ear = ear();
        String start = ear.lastId();
        store("a");
        ear.listenUntil(1);
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.update("UPDATE event_batch_deleted SET number = (SELECT MAX(number) FROM event_batch)");
        jdbc.update("DELETE FROM event_batch");

        assertThatThrownBy(() -> new Ear(ALL, start).listen().listen())
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("a position in the stream");
        await().until(() -> !ear.listen().lastId().equals(ear.positions.get(0)));
        store("b");
        Ear after = new Ear(ALL, ear.lastId());
        after.listenUntil(1);
        assertThat(after.ids).containsExactly("b");
        ear.listenUntil(2);
    }

    @Test
    void afterTheRestorationOfADump_aStreamBegins_andEarlierPositionsAreRefused() throws Exception {
        open("postgresql");
        Ear early = ear();
        String missed = early.lastId();
        // All listeners share one position, and end with it.
        early.stream.close();
        store("a");
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.update("UPDATE event_batch_deleted SET number = 1000000000");
        jdbc.update("INSERT INTO event_batch VALUES (1000000001, now(), '[\"a\"]')");

        StoreOrder.check(database);

        Ear ear = ear();
        store("b");
        ear.listenUntil(1);
        assertThat(ear.ids).containsExactly("b");
        for (String earlier : List.of("1000000001-1", "1000000002-0", missed)) {
            assertThatThrownBy(() -> new Ear(ALL, earlier).listen().listen())
                    .as(earlier)
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("or is no longer, a position");
        }
    }

    /** After the restoration, the database counts from an earlier number, and reaches the listener's position again. */
    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void aPositionFromBeforeARestoration_isRefused_evenIfItsNumberExistsAgain(String kind) throws Exception {
        open(kind);
        Ear ear = ear();
        String[] end = ear.lastId().split("-", 2);
        String earlier = (Long.parseLong(end[0]) + 20) + "-" + end[1];
        Instant read = Instant.now();
        await().until(() -> Instant.now().isAfter(read.plusMillis(10)));
        for (int i = 0; i < 25; i++) {
            store("a" + i);
        }
        ear.listenUntil(25);

        assertThatThrownBy(() -> new Ear(ALL, earlier).listen().listen())
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("or is no longer, a position");

        JdbcTemplate jdbc = new JdbcTemplate(database);
        String trimmed = " WHERE number < " + (Long.parseLong(end[0]) + 15);
        jdbc.update("UPDATE event_batch_deleted SET (number, stored_at) ="
                + " (SELECT MAX(number), MAX(stored_at) FROM event_batch" + trimmed + ")");
        jdbc.update("DELETE FROM event_batch WHERE number < " + end[0] + " + 20");
        assertThatThrownBy(() -> new Ear(ALL, earlier).listen().listen())
                .as("after the entries were trimmed")
                .isInstanceOf(GatewayException.class);
        Ear after = new Ear(ALL, ear.lastId());
        store("b");
        after.listenUntil(1);
        assertThat(after.ids).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql", "partitions"})
    void manyEventsAreReadInPages_withoutDeletedOnes(String kind) throws Exception {
        open(kind);
        String start = ear().lastId();
        List<String> all = new ArrayList<>();
        for (int batch = 0; batch < 45; batch++) {
            String[] ids = new String[31];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = "e%02d-%02d".formatted(batch, i);
            }
            store(ids);
            all.addAll(List.of(ids));
        }
        new JdbcTemplate(database)
                .update("DELETE FROM event WHERE id LIKE 'e%-07' OR id LIKE 'e44-%' AND id > 'e44-20'");
        all.removeIf(id -> id.endsWith("-07") || id.compareTo("e44-20") > 0);

        Ear ear = new Ear(ALL, start);
        ear.listenUntil(all.size());

        assertThat(ear.ids).isEqualTo(all);
    }

    @Test
    void whenTheTokenExpires_theStreamEnds() throws SQLException {
        open("sqlite");
        EventStream stream = live.stream(ALL, null, new CallerToken(Instant.now(), () -> false, Duration.ZERO));

        assertThatThrownBy(stream::next).hasMessage("UNAUTHENTICATED");
        assertThat(new String(stream.end("{}".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
                .isEqualTo("event: end\ndata: {}\n\n");
    }

    @Test
    void whenTheKeyOfTheTokenIsWithdrawn_theStreamEnds() throws SQLException {
        open("sqlite");
        AtomicBoolean withdrawn = new AtomicBoolean();
        EventStream stream = live.stream(ALL, null, new CallerToken(null, withdrawn::get, Duration.ZERO));
        assertThat(stream.next()).isNotEmpty();

        withdrawn.set(true);

        assertThatThrownBy(stream::next).hasMessage("UNAUTHENTICATED");
    }
}
