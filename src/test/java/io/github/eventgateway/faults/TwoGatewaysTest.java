package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.EveryTable;
import io.github.eventgateway.testing.Listener;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Threads;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Two gateway processes share one broker and one PostgreSQL, and one of them is killed or restarted. Each has its own
 * database account, which shows the work of each. After each test both run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGatewaysTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String OLD = "the-secret-before-the-change-of-the-secret";
    private static final String NEXT = "the-secret-after-the-change-of-the-secret";
    private static final int ROWS = 50;
    private static final int ROWS_OF_USER = 20_000;

    @TempDir
    private static Path archive;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BrokerProcess broker;
    private PostgresProcess postgres;
    private JdbcTemplate jdbc;
    private OldMonths months;
    private GatewayProcess one;
    private GatewayProcess other;

    @BeforeAll
    void start() {
        broker = BrokerProcess.start();
        postgres = PostgresProcess.start();
        jdbc = new JdbcTemplate(new DriverManagerDataSource(PostgresProcess.url(postgres.port()), "postgres", ""));
        jdbc.execute("CREATE ROLE one SUPERUSER LOGIN");
        jdbc.execute("CREATE ROLE other SUPERUSER LOGIN");
        one = gateway("one");
        other = gateway("other");
        one.launch();
        other.launch();
        one.awaitReady();
        other.awaitReady();
        months = new OldMonths(jdbc);
        months.makeRoom();
    }

    private GatewayProcess gateway(String account) {
        return new GatewayProcess(
                Build.OF_THE_TESTS,
                Map.of(
                        "KAFKA_BROKERS",
                        broker.brokers(),
                        "KAFKA_TOPIC_PARTITIONS",
                        "12",
                        "DATABASE_URL",
                        PostgresProcess.url(postgres.port()),
                        "DATABASE_USER",
                        account,
                        "RETENTION_EVENTS",
                        "365d",
                        "RETENTION_ARCHIVE",
                        archive.toString(),
                        "JWT_SECRET",
                        Token.SECRET,
                        "AUDIT_SECRET",
                        OLD,
                        "AUDIT_SECRET_ALSO",
                        NEXT),
                Map.of("gateway.retention.interval", "100ms"),
                GatewayChange.NONE);
    }

    @AfterAll
    void stop() {
        one.close();
        other.close();
        postgres.close();
        broker.close();
    }

    private static Operator at(GatewayProcess gateway) {
        return new Operator(gateway, Token.ofAllScopes());
    }

    private static String unique() {
        return "u-" + UUID.randomUUID();
    }

    /** Publishes this number of events of different users, with this user name. */
    private static List<String> publish(Operator at, String username, int count) {
        List<String> ids = IntStream.range(0, count).mapToObj(i -> unique()).toList();
        assertThat(post(at, username, ids)).isEqualTo(202);
        return ids;
    }

    private static int post(Operator at, String username, List<String> ids) {
        List<String> events =
                ids.stream().map(id -> """
                        {"id": "%s", "type": "user_login", "data":
                         {"user_id": "%s", "username": "%s", "ip": "10.0.0.1", "action": "login"}}""".formatted(id, id, username)).toList();
        return at.post("/api/events/batch", events.toString()).status();
    }

    private void awaitStored(String username, int count) {
        await().atMost(LIMIT).until(() -> number("SELECT count(*) FROM event WHERE username = ?", username) == count);
    }

    private long number(String query, Object... values) {
        Long number = jdbc.queryForObject(query, Long.class, values);
        return number == null ? 0 : number;
    }

    private Listener listen(GatewayProcess gateway, String username, String lastId) {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/api/events/stream?username=" + username))
                .header("Authorization", "Bearer " + Token.ofAllScopes())
                .header("Last-Event-ID", lastId)
                .build();
        try {
            Listener listener = Listener.of(http.send(request, HttpResponse.BodyHandlers.ofInputStream()));
            await().atMost(LIMIT).until(() -> !listener.messages().isEmpty());
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ids(Listener listener) {
        return listener.events().stream()
                .map(message -> StrictJson.parse(message.data().getBytes(StandardCharsets.UTF_8))
                        .get("id")
                        .asText())
                .toList();
    }

    @Test
    void aListenerGetsTheEventsThatBothStore_onceEach_andResumesAtTheOther() {
        String username = unique();
        double byOne = one.metric("gateway_events_stored_total");
        double byOther = other.metric("gateway_events_stored_total");
        List<String> resumed = new ArrayList<>();
        try (Listener whole = listen(one, username, "")) {
            CompletableFuture<List<String>> publishing = publishToBoth(username);
            Listener first = listen(one, username, whole.messages().get(0).id());
            await().atMost(LIMIT).until(() -> first.events().size() > 100);
            first.close();
            await().atMost(LIMIT).until(() -> first.end() != null);
            resumed.addAll(ids(first));
            List<String> sent = publishing.join();
            awaitStored(username, sent.size());
            // Its batch is the last one, so nothing can follow it.
            List<String> end = publish(at(other), username, 1);
            try (Listener second = listen(other, username, first.lastId())) {
                await().atMost(LIMIT)
                        .until(() -> ids(second).containsAll(end) && ids(whole).containsAll(end));
                resumed.addAll(ids(second));
            }
            List<String> all = Stream.concat(sent.stream(), end.stream()).toList();
            assertThat(ids(whole)).containsExactlyInAnyOrderElementsOf(all);
            assertThat(resumed).containsExactlyElementsOf(ids(whole));
        }
        assertThat(one.metric("gateway_events_stored_total")).isGreaterThan(byOne);
        assertThat(other.metric("gateway_events_stored_total")).isGreaterThan(byOther);
    }

    private CompletableFuture<List<String>> publishToBoth(String username) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<Operator> both = List.of(at(one), at(other));
                    List<String> ids = new ArrayList<>();
                    for (int batch = 0; batch < 100; batch++) {
                        ids.addAll(publish(both.get(batch % 2), username, 10));
                    }
                    return ids;
                },
                Threads.ONE_EACH);
    }

    @Test
    void eachOldMonthIsArchivedAndDroppedOnce() throws Exception {
        List<String> names = IntStream.rangeClosed(1, 4)
                .mapToObj(month -> months.attach(YearMonth.of(2015, month), ROWS))
                .toList();

        await().atMost(LIMIT).until(() -> months.left().isEmpty());

        for (String name : names) {
            assertRemovedOnce(name, ROWS);
        }
    }

    /** The partition has one audit record with its archive, one log line, and one file. */
    private void assertRemovedOnce(String partition, int rows) throws Exception {
        List<JsonNode> records = records("retention", "partition", partition);
        assertThat(records).hasSize(1);
        JsonNode detail = records.get(0).get("detail");
        assertThat(detail.get("rows").asInt()).isEqualTo(rows);
        Path file = Path.of(detail.get("file").asText());
        assertThat(detail.get("sha256").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
        try (Stream<Path> files = Files.list(archive)) {
            assertThat(files.filter(each -> each.getFileName().toString().startsWith(partition)))
                    .containsExactly(file);
        }
        // A gateway writes the line after the partition has gone.
        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        (one.output() + other.output()).split("Removed the partition " + partition))
                .hasSize(2));
    }

    private List<JsonNode> records(String action, String name, String value) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode record : at(running())
                .get("/api/audit?limit=500&action=" + action)
                .good()
                .get("items")) {
            if (record.at("/target/" + name).asText().equals(value)) {
                found.add(record);
            }
        }
        return found;
    }

    private GatewayProcess running() {
        return one.isAlive() ? one : other;
    }

    /** Kills the gateway that runs a statement like this one; returns it. */
    private GatewayProcess killWhileItRuns(String statement, String condition) {
        String query =
                "SELECT usename FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE ? AND usename IN ('one', 'other') AND "
                        + condition;
        List<String> accounts = new ArrayList<>();
        await().atMost(LIMIT).pollInterval(SHORT).until(() -> {
            accounts.addAll(jdbc.queryForList(query, String.class, statement));
            return !accounts.isEmpty();
        });
        GatewayProcess killed = accounts.get(0).equals("one") ? one : other;
        killed.kill();
        return killed;
    }

    private void startAgain(GatewayProcess killed) {
        killed.launch();
        killed.awaitReady();
    }

    @Test
    void whenAGatewayIsKilledWhileItDetachesAMonth_theOtherFinalisesAndDropsIt() throws Exception {
        String partition;
        GatewayProcess killed;
        try (Connection reader = postgres.connect()) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("SELECT FROM event LIMIT 1");
            partition = months.attach(YearMonth.of(2016, 1), ROWS);
            killed = killWhileItRuns("%DETACH PARTITION%CONCURRENTLY", "wait_event_type = 'Lock'");
            assertThat(number("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"))
                    .isEqualTo(1);
            // The server process would otherwise finish the statement of its dead client.
            jdbc.queryForList(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY'");
            reader.rollback();
        }

        await().atMost(LIMIT).until(() -> months.left().isEmpty());

        assertThat(running().output())
                .contains("Detached the partition " + partition + ". An earlier run had begun to detach it");
        assertRemovedOnce(partition, ROWS);
        startAgain(killed);
    }

    @Test
    @Tag("long")
    void whenAGatewayIsKilledWhileItArchivesAMonth_theOtherArchivesItWhole() throws Exception {
        int rows = 30_000;
        String noise = "(SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 40) j)";
        String partition = months.attach(YearMonth.of(2016, 2), rows, noise);
        await().atMost(LIMIT).pollInterval(SHORT).until(() -> !files(".part").isEmpty());
        GatewayProcess killed = killWhileItRuns("SELECT * FROM \"" + partition + "\"%", "true");
        assertThat(killed.output()).doesNotContain("events of the partition " + partition);

        await().atMost(LIMIT).until(() -> months.left().isEmpty());

        assertRemovedOnce(partition, rows);
        assertThat(files(".part")).isEmpty();
        startAgain(killed);
    }

    private static List<Path> files(String extension) throws IOException {
        if (!Files.isDirectory(archive)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(archive)) {
            return files.filter(each -> each.toString().endsWith(extension)).toList();
        }
    }

    @Test
    @Tag("long")
    void whenAGatewayIsKilledDuringAnErasure_theOtherFinishesIt() throws Exception {
        String user = unique();
        jdbc.update("""
                WITH batch AS (SELECT 'erased-' || i AS id, i FROM generate_series(1, ?) i),
                keyed AS (INSERT INTO event_key (id, stored_at) SELECT id, now() FROM batch)
                INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, user_id, payload, stored_at)
                SELECT id, 'user_login', 'user_events', 0, i, now(), now(), ?, '{"of": "' || ? || '"}', now() FROM batch""", ROWS_OF_USER, user, user);
        JsonNode erasure =
                at(one).post("/api/erasures", "{\"user_id\": \"" + user + "\"}").good();
        String path = "/api/erasures/" + erasure.get("id").asText();
        await().atMost(LIMIT)
                .pollInterval(SHORT)
                .until(() -> number("SELECT events FROM erasure WHERE state = 'running'") > 0);
        GatewayProcess killed;
        try (Connection lock = postgres.connect()) {
            lock.setAutoCommit(false);
            // A later step waits for this row.
            assertThat(lock.createStatement()
                            .executeQuery("SELECT FROM event WHERE id = 'erased-15000' FOR UPDATE")
                            .next())
                    .isTrue();
            killed = killWhileItRuns("WITH gone AS (DELETE%", "wait_event_type = 'Lock'");
            lock.rollback();
        }
        assertThat(number("SELECT count(*) FROM event WHERE user_id = ?", user)).isBetween(1L, ROWS_OF_USER - 1L);

        await().atMost(LIMIT)
                .until(() ->
                        at(running()).get(path).good().get("state").asText().equals("done"));

        assertThat(at(running()).get(path).good().at("/erased/events").asInt()).isEqualTo(ROWS_OF_USER);
        assertThat(EveryTable.with(jdbc, user)).isEmpty();
        assertThat(number("SELECT count(*) FROM event_key WHERE id LIKE 'erased-%'"))
                .isEqualTo(ROWS_OF_USER);
        assertThat(records("erasure", "erasure", path.substring("/api/erasures/".length())))
                .hasSize(1);
        startAgain(killed);
    }

    @Test
    @Tag("long")
    void whileTheSecretChangesAtOneGatewayAfterTheOther_theAuditTrailVerifies_andNoEventIsLost() throws Exception {
        String username = unique();
        String anchor = verified(one, "");
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        ScheduledExecutorService sending = Executors.newSingleThreadScheduledExecutor();
        sending.scheduleWithFixedDelay(new Sending(username, acknowledged), 0, 50, TimeUnit.MILLISECONDS);
        try {
            for (GatewayProcess gateway : List.of(one, other)) {
                restart(gateway, OLD, "", acknowledged);
                verifiedByBoth(anchor);
            }
            awaitStored(username, acknowledged);
            for (GatewayProcess gateway : List.of(one, other)) {
                restart(gateway, "", OLD, acknowledged);
                verifiedByBoth(anchor);
            }
        } finally {
            sending.shutdown();
        }
        assertThat(sending.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        awaitStored(username, acknowledged);
        awaitStored(username, acknowledged.size());
        assertThat(number("SELECT count(*) FROM event WHERE username = ? AND publisher IS NULL", username))
                .isZero();
        assertThat(number("SELECT count(*) FROM audit_record WHERE action = 'rotate-audit-key'"))
                .isEqualTo(1);
        assertThat(number("SELECT count(*) FROM dead_letter")).isZero();
    }

    /** Sends a batch to one gateway after the other, until one accepts it. */
    private final class Sending implements Runnable {

        private final List<Operator> both = List.of(at(one), at(other));
        private final String username;
        private final Set<String> acknowledged;
        private List<String> ids = List.of();
        private int attempt;

        Sending(String username, Set<String> acknowledged) {
            this.username = username;
            this.acknowledged = acknowledged;
        }

        @Override
        public void run() {
            if (ids.isEmpty()) {
                ids = IntStream.range(0, 5).mapToObj(i -> unique()).toList();
            }
            if (isAccepted(both.get(attempt++ % 2), username, ids)) {
                acknowledged.addAll(ids);
                ids = List.of();
            }
        }
    }

    private static boolean isAccepted(Operator at, String username, List<String> ids) {
        try {
            return post(at, username, ids) == 202;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void awaitStored(String username, Set<String> acknowledged) {
        Set<String> wanted = Set.copyOf(acknowledged);
        await().atMost(LIMIT)
                .until(() -> jdbc.queryForList("SELECT id FROM event WHERE username = ?", String.class, username)
                        .containsAll(wanted));
    }

    private void restart(GatewayProcess gateway, String also, String retired, Set<String> acknowledged) {
        assertThat(gateway.terminate(STOP_LIMIT)).isTrue();
        gateway.become(Build.OF_THE_TESTS
                .with("AUDIT_SECRET", NEXT)
                .with("AUDIT_SECRET_ALSO", also)
                .with("AUDIT_SECRET_RETIRED", retired));
        int before = acknowledged.size();
        startAgain(gateway);
        await().atMost(LIMIT).until(() -> acknowledged.size() > before);
    }

    private void verifiedByBoth(String anchor) {
        verified(one, "?anchor=" + anchor);
        verified(other, "?anchor=" + anchor);
    }

    /** Returns an anchor of the valid audit trail. */
    private static String verified(GatewayProcess gateway, String query) {
        JsonNode verdict = at(gateway).get("/api/audit/verify" + query).good();
        assertThat(verdict.get("valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.get("complete").asBoolean()).isTrue();
        return verdict.get("last_sequence").asText() + "."
                + verdict.get("last_mac").asText();
    }
}
