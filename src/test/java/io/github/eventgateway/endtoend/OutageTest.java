package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.error;
import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.TcpProxy;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;

/** Kafka and the database fail and recover. Callers get the right answers, and no event is lost or dead-lettered. */
class OutageTest {

    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final int CROWD = 700;
    private static final int WAITING = 500;

    /** The limit in the contract. */
    private static final Duration STATUS_LIMIT = Duration.ofMillis(2500);

    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @TempDir
    private Path data;

    @Test
    void givenAFrozenBroker_thenCallersAreAnsweredInTime_andAcknowledgedEventsAreStored() {
        try (BrokerProcess broker = BrokerProcess.start();
                Gateway gateway = Gateway.start(data, Map.of("KAFKA_BROKERS", broker.brokers()))) {
            List<String> acknowledged = new ArrayList<>();
            acknowledged.add(take(gateway));

            broker.freeze();
            String unknown = unique();
            Reply refused = within(REFUSAL_LIMIT, 1, () -> gateway.post("/api/events", login(unknown)));
            assertUnavailable(refused);
            assertUnavailable(within(AT_ONCE, 3, () -> gateway.post("/api/events", login(unique()))));
            assertUnavailable(within(AT_ONCE, 3, () -> gateway.post("/api/events/batch", "[" + login(unique()) + "]")));
            assertUnavailable(within(AT_ONCE, 3, () -> gateway.post("/api/kafka/test", "{\"message\": \"m\"}")));
            Reply bare = within(STATUS_LIMIT, 3, () -> gateway.call("GET", "/api/kafka/status")
                    .token(null)
                    .send());
            assertThat(bare.data("/status").asText()).isEqualTo("unavailable");
            assertThat(within(STATUS_LIMIT, 3, () -> gateway.get("/api/kafka/status"))
                            .data("/status")
                            .asText())
                    .isEqualTo("unavailable");
            assertUnavailable(within(REFUSAL_LIMIT, 3, () -> gateway.get("/api/kafka/topics")));
            await().atMost(RECOVERY)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 503);
            assertThat(gateway.observe("/observe/health/live").status()).isEqualTo(200);
            assertThat(gateway.get("/api/events").status()).isEqualTo(200);

            broker.thaw();
            acknowledged.add(takeWhenItIsBack(gateway));
            assertThat(gateway.post("/api/events", login(unknown)).status())
                    .as("the same event again")
                    .isEqualTo(202);
            acknowledged.add(unknown);
            await().atMost(RECOVERY)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);

            acknowledged.addAll(crowdBeforeAFrozenBroker(gateway, broker));
            acknowledged.forEach(id -> assertStoredOnce(gateway, id));
            assertNoDeadLetters(gateway);
        }
    }

    @Test
    void givenAllBrokersGetNewAddresses_thenTheGatewayRecoversByTheConfiguredOne() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start();
                TcpProxy configured = TcpProxy.to(broker.port());
                Gateway gateway = Gateway.start(
                        data,
                        Map.of(
                                "KAFKA_BROKERS",
                                "127.0.0.1:" + configured.port(),
                                "KAFKA_SESSION_TIMEOUT_MS",
                                "6000"))) {
            assertStoredOnce(gateway, take(gateway));

            broker.move();
            configured.leadTo(broker.port());
            broker.restart();
            assertStoredOnce(gateway, takeWhenItIsBack(gateway));

            int old = broker.port();
            broker.move();
            try (ServerSocket silent = new ServerSocket(old, 200, InetAddress.getLoopbackAddress())) {
                assertThat(silent.isBound()).isTrue();
                configured.leadTo(broker.port());
                broker.restart();
                String id = takeWhenItIsBack(gateway);
                await().atMost(RECOVERY)
                        .until(() -> gateway.observe("/observe/health/ready").status() == 200);
                assertStoredOnce(gateway, id);
            }
            assertNoDeadLetters(gateway);
        }
    }

    @Test
    void givenABrokerThatLostItsDisk_thenItsTopicsAreCreatedAgain_andNewEventsAreStored() {
        try (BrokerProcess broker = BrokerProcess.start();
                Gateway gateway = Gateway.start(
                        data, Map.of("KAFKA_BROKERS", broker.brokers(), "KAFKA_SESSION_TIMEOUT_MS", "6000"))) {
            for (int i = 0; i < 5; i++) {
                assertStoredOnce(gateway, take(gateway));
            }

            broker.loseData();
            broker.restart();

            List<String> acknowledged = new ArrayList<>();
            acknowledged.add(takeWhenItIsBack(gateway));
            for (int i = 0; i < 20; i++) {
                acknowledged.add(take(gateway));
            }
            acknowledged.forEach(id -> assertStoredOnce(gateway, id));
            await().atMost(RECOVERY)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);
        }
    }

    /** Sends many requests to a frozen Kafka. No thread of the server may wait for their answers. */
    private static List<String> crowdBeforeAFrozenBroker(Gateway gateway, BrokerProcess broker) {
        broker.freeze();
        List<String> ids = IntStream.range(0, CROWD).mapToObj(i -> unique()).toList();
        List<CompletableFuture<Reply>> replies = ids.stream()
                .map(id -> gateway.call("POST", "/api/events").json(login(id)).sendAsync())
                .toList();
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        await(WAITING + " of them waiting at once, and hardly a thread with them")
                .pollInterval(Duration.ofMillis(20))
                .until(() -> threadsHeld() < 30
                        && meters.get("gateway.http.in.flight").gauge().value() >= WAITING);
        replies.forEach(reply -> assertUnavailable(reply.join()));
        broker.thaw();
        String after = takeWhenItIsBack(gateway);
        return List.of(after);
    }

    /** Returns how many of the server's threads work on a request. */
    private static long threadsHeld() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("http-"))
                .filter(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().startsWith("io.github.eventgateway.server.http.")))
                .count();
    }

    @Test
    void givenNeitherBrokerNorDatabase_thenTheGatewayStarts_andAcceptsAndStoresWhenTheyAreUp() throws Exception {
        int port = freePort();
        Path pgdata = data.resolve("pg");
        try (BrokerProcess broker = BrokerProcess.prepare(Map.of());
                Gateway gateway = Gateway.start(
                        data.resolve("gateway"),
                        Map.of(
                                "KAFKA_BROKERS", broker.brokers(),
                                "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                                "DATABASE_USER", "postgres",
                                "gateway.database.connect-timeout", "1s",
                                "gateway.consumer.stalled-after", "3s",
                                "gateway.store.redelivery-delay-ms", "100",
                                "gateway.store.redelivery-delay-max-ms", "500"))) {
            assertThat(gateway.get("/api/kafka/status").data("/status").asText())
                    .isEqualTo("unavailable");
            assertThat(gateway.observe("/observe/health/live").status()).isEqualTo(200);
            assertThat(gateway.observe("/observe/health/ready").status()).isEqualTo(503);
            assertUnavailable(gateway.post("/api/events", login(unique())));
            assertRefused(gateway.get("/api/events"), 503, "DATABASE_UNAVAILABLE");

            broker.restart();
            List<String> acknowledged = new ArrayList<>();
            acknowledged.add(takeWhenItIsBack(gateway));
            acknowledged.add(take(gateway));
            assertRefused(gateway.get("/api/dead-letters"), 503, "DATABASE_UNAVAILABLE");
            await("ready without a database")
                    .atMost(RECOVERY)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);
            await("the storing groups stall").atMost(RECOVERY).until(() -> stalled(gateway)
                    .contains("store-user-events"));
            assertThat(gateway.bean(HealthEndpoint.class)
                            .healthForPath("routes")
                            .getStatus())
                    .isEqualTo(Status.DOWN);

            try (EmbeddedPostgres first = postgres(port, pgdata)) {
                assertThat(first.getPort()).isEqualTo(port);
                acknowledged.forEach(id -> assertStoredOnce(gateway, id));
                await("the storing groups make progress again").atMost(RECOVERY).until(() -> stalled(gateway)
                        .isEmpty());
                assertThat(gateway.bean(HealthEndpoint.class)
                                .healthForPath("routes")
                                .getStatus())
                        .isEqualTo(Status.UP);
            }
            for (int i = 0; i < 5; i++) {
                acknowledged.add(take(gateway));
            }
            assertRefused(gateway.get("/api/events/" + acknowledged.get(0)), 503, "DATABASE_UNAVAILABLE");
            await().atMost(RECOVERY)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);

            try (EmbeddedPostgres second = postgres(port, pgdata)) {
                assertThat(second.getPort()).isEqualTo(port);
                acknowledged.forEach(id -> assertStoredOnce(gateway, id));
                assertNoDeadLetters(gateway);
            }
        }
    }

    /** Returns the routes whose consumers have a problem in the status. */
    private static List<String> stalled(Gateway gateway) {
        return StreamSupport.stream(
                        gateway.get("/api/kafka/status").data("/consumers").spliterator(), false)
                .filter(consumer -> consumer.path("problem").asText().contains("has committed nothing"))
                .map(consumer -> consumer.get("route").asText())
                .toList();
    }

    private static EmbeddedPostgres postgres(int port, Path folder) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start();
    }

    private static String take(Gateway gateway) {
        String id = unique();
        Reply taken = gateway.post("/api/events", error(id, "error"));
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        return id;
    }

    private static String takeWhenItIsBack(Gateway gateway) {
        String id = unique();
        await().atMost(RECOVERY)
                .until(() -> gateway.post("/api/events", login(id)).status() == 202);
        return id;
    }

    private static void assertStoredOnce(Gateway gateway, String id) {
        await("event " + id)
                .atMost(RECOVERY)
                .until(() -> gateway.call("GET", "/api/events/" + id).send().status() == 200);
        assertThat(gateway.database().queryForObject("SELECT count(*) FROM event WHERE id = ?", Integer.class, id))
                .isEqualTo(1);
    }

    private static void assertNoDeadLetters(Gateway gateway) {
        assertThat(gateway.records().all("user_events.dlq")).isEmpty();
        assertThat(gateway.records().all("system_logs.dlq")).isEmpty();
    }

    private static void assertUnavailable(Reply reply) {
        assertRefused(reply, 503, "KAFKA_UNAVAILABLE");
        assertThat(reply.header("Retry-After")).isNotNull();
    }

    /** Repeats the call a few times: on a busy machine one answer may wait for a processor, but not all of them. */
    private static Reply within(Duration limit, int tries, Supplier<Reply> call) {
        Duration fastest = null;
        for (int i = 0; i < tries; i++) {
            long started = System.nanoTime();
            Reply reply = call.get();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            if (took.compareTo(limit) < 0) {
                return reply;
            }
            fastest = fastest == null || took.compareTo(fastest) < 0 ? took : fastest;
        }
        assertThat(fastest).isLessThan(limit);
        throw new AssertionError("unreachable");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
