package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.Call;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Issuer;
import io.github.eventgateway.testing.PostgresProcess;
import io.github.eventgateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database, a broker or an issuer accepts connections but never answers. Tests which calls this affects and which it
 * must not.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrozenDependenciesTest {

    /** The limit in the contract. */
    private static final Duration STATUS_LIMIT = Duration.ofMillis(2500);

    private static final Duration GENEROUS = Duration.ofSeconds(20);
    private static final Duration RECOVERY = Duration.ofSeconds(90);
    private static final int QUERIES = 150;

    private final Issuer issuer = Issuer.start();
    private BrokerProcess broker;
    private PostgresProcess postgres;
    private RSAKey key;
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        key = new RSAKeyGenerator(2048).keyID("known").generate();
        issuer.publish(key);
        broker = BrokerProcess.start();
        postgres = PostgresProcess.start();
        Map<String, String> settings = new HashMap<>();
        settings.put("KAFKA_BROKERS", broker.brokers());
        settings.put("DATABASE_URL", PostgresProcess.url(postgres.port()));
        settings.put("DATABASE_USER", "postgres");
        settings.put("HTTP_DOCS", "false");
        settings.put("HTTP_CONSOLE", "false");
        settings.put("JWT_SECRET", "");
        settings.put("JWT_ISSUER_URI", issuer.uri());
        settings.put("JWT_AUDIENCE", "gateway");
        settings.put("gateway.database.connect-timeout", "2s");
        settings.put("gateway.database.socket-timeout", "12s");
        settings.put("gateway.security.jwk-refresh", "1s");
        settings.put("gateway.security.jwk-retry-after", "1s");
        gateway = Gateway.start(data, settings);
        assertThat(post("warm-up").status()).isEqualTo(202);
        assertThat(call("warm-up", "GET", "/api/events").send().status()).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (broker != null) {
            broker.close();
        }
        issuer.close();
    }

    /** Restores all dependencies, and waits until they work. */
    @AfterEach
    void thaw() {
        postgres.thaw();
        broker.thaw();
        issuer.thaw();
        issuer.publish(key);
        await().atMost(RECOVERY).until(() -> post("again").status() == 202);
        await().atMost(RECOVERY)
                .until(() -> call("again", "GET", "/api/events").send().status() == 200);
    }

    @Test
    void givenAFrozenDatabaseAndManyQueries_thenEventsAreAccepted_andTheStatusIsAnswered() {
        postgres.freeze();
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(call("auditor-" + i, "GET", "/api/kafka/topics").sendAsync());
        }
        for (int i = 0; i < QUERIES; i++) {
            String path = i % 3 == 0 ? "/api/dead-letters" : i % 3 == 1 ? "/api/audit" : "/api/events?q=x";
            waiting.add(call("reader-" + i % 5, "GET", path).sendAsync());
        }
        waiting.add(call("auditor", "GET", "/api/audit/verify").sendAsync());
        waiting.add(call("operator", "POST", "/api/dead-letters/replay")
                .json("{\"filter\":{}}")
                .sendAsync());

        List<String> taken = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            String id = unique();
            assertThat(call("writer", "POST", "/api/events")
                            .json(login(id))
                            .send()
                            .status())
                    .isEqualTo(202);
            taken.add(id);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertStatus("enabled");
        assertThat(waiting).as("they wait without blocking others").anyMatch(reply -> !reply.isDone());

        for (CompletableFuture<Reply> reply : waiting) {
            assertThat(reply.join().status()).isIn(429, 503);
            assertThat(reply.join().header("Retry-After")).isNotNull();
        }
        assertThat(waiting)
                .as("requests beyond the limit are refused at once")
                .anyMatch(reply -> reply.join().data("/reason").asText().equals("OVERLOADED"));
        assertNothingHeld();
        postgres.thaw();
        taken.forEach(this::assertStored);
    }

    @Test
    void ifDocsAndConsoleAreSwitchedOff_noStaticFileIsServed() {
        for (String path : List.of(
                "/docs",
                "/docs/",
                "/docs/index.html",
                "/webjars/swagger-ui/swagger-ui.css",
                "/console",
                "/console/",
                "/console/main.js")) {
            assertThat(call("reader", "GET", path).sendUnheld().status())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void givenAFrozenBroker_thenQueriesAndTheStatusAreAnswered() {
        broker.freeze();
        List<CompletableFuture<Reply>> posts = IntStream.range(0, 100)
                .mapToObj(i -> call("writer", "POST", "/api/events")
                        .json(login(unique()))
                        .sendAsync())
                .toList();
        List<CompletableFuture<Reply>> topics = IntStream.range(0, 20)
                .mapToObj(i -> call("reader", "GET", "/api/kafka/topics").sendAsync())
                .toList();
        assertThat(call("reader", "GET", "/api/events").send().status()).isEqualTo(200);
        assertThat(call("reader", "GET", "/api/dead-letters").send().status()).isEqualTo(200);
        assertThat(call("reader", "GET", "/api/audit").send().status()).isEqualTo(200);
        assertStatus("unavailable");
        posts.forEach(reply -> assertThat(reply.join().data("/reason").asText()).isEqualTo("KAFKA_UNAVAILABLE"));
        topics.forEach(
                reply -> assertThat(reply.join().data("/reason").asText()).isEqualTo("KAFKA_UNAVAILABLE"));
        assertNothingHeld();
    }

    @Test
    void givenAFrozenBroker_thenErasuresHoldNoThreadOfQueries() {
        Reply begun = call("operator", "POST", "/api/erasures")
                .json("{\"user_id\":\"" + unique() + "\"}")
                .send();
        assertThat(begun.status()).isEqualTo(202);
        String path = "/api/erasures/" + begun.data("/id").asText();
        broker.freeze();
        List<CompletableFuture<Reply>> shown = IntStream.range(0, 3)
                .mapToObj(i -> call("operator", "GET", path).sendAsync())
                .toList();

        assertThat(call("operator", "GET", "/api/events").send().status()).isEqualTo(200);

        assertThat(shown).as("they still wait for Kafka").noneMatch(CompletableFuture::isDone);
        shown.forEach(reply -> {
            assertThat(reply.join().status()).isEqualTo(200);
            assertThat(reply.join().data("/kafka/0/expiry").asText()).isEqualTo("unknown");
        });
        assertNothingHeld();
    }

    @Test
    void givenAFrozenIssuer_thenTokensWithAKnownKeyAreAccepted_andTheStatusIsAnswered() throws Exception {
        RSAKey unknown = new RSAKeyGenerator(2048).keyID("unknown").generate();
        issuer.freeze();
        List<CompletableFuture<Reply>> strangers = IntStream.range(0, 40)
                .mapToObj(i -> gateway.call("GET", "/api/events")
                        .token(token(unknown, "stranger-" + i))
                        .sendAsync())
                .toList();
        assertThat(post("writer").status()).isEqualTo(202);
        assertThat(call("reader", "GET", "/api/events").send().status()).isEqualTo(200);
        assertStatus("enabled");
        strangers.forEach(reply -> assertThat(reply.join().status()).isIn(401, 429, 503));
    }

    @Test
    void givenAllDependenciesFrozen_thenEveryCallIsAnsweredInTime() {
        postgres.freeze();
        broker.freeze();
        issuer.freeze();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(call("reader-" + i % 5, "GET", "/api/events").sendAsync());
            replies.add(call("reader-" + i % 5, "GET", "/api/kafka/topics").sendAsync());
            replies.add(
                    call("writer", "POST", "/api/events").json(login(unique())).sendAsync());
        }
        assertStatus("unavailable");
        replies.forEach(reply -> assertThat(reply.join().status()).isIn(429, 503));
        assertNothingHeld();
    }

    @Test
    void givenSlowQueriesOfOneSubject_thenOthersAreServed_andAuditedCallsAreRecorded() throws Exception {
        List<CompletableFuture<Reply>> slow = new ArrayList<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
            for (int i = 0; i < 80; i++) {
                slow.add(call("greedy", "GET", "/api/events?q=x" + i).sendAsync());
            }
            await().until(() -> slow.stream().anyMatch(CompletableFuture::isDone));
            long start = System.nanoTime();
            assertThat(call("modest", "GET", "/api/dead-letters").send().status())
                    .isEqualTo(200);
            assertThat(call("modest", "GET", "/api/kafka/topics").send().status())
                    .isEqualTo(200);
            assertThat(post("writer").status()).isEqualTo(202);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
            assertThat(slow)
                    .filteredOn(CompletableFuture::isDone)
                    .as("the others wait for the lock")
                    .hasSizeLessThan(80)
                    .allMatch(reply -> reply.join().status() == 429);
            connection.rollback();
        }
        slow.forEach(reply -> assertThat(reply.join().status()).isIn(200, 429, 503));
        assertNothingHeld();
    }

    @Test
    void givenLongWork_thenItBlocksNeitherServerThreadsNorQueries_andOneSubjectGetsOnlyItsShare() {
        for (int i = 0; i < 4; i++) {
            byte[] value = ("no event " + unique()).getBytes(StandardCharsets.UTF_8);
            gateway.records().send(new ProducerRecord<>("user_events", value));
        }
        await().atMost(RECOVERY)
                .until(() -> call("reader", "GET", "/api/dead-letters?status=open")
                                .send()
                                .data("/items")
                                .size()
                        >= 4);
        String slowly = "{\"filter\":{},\"rate\":1,\"max\":4}";
        Supplier<CompletableFuture<Reply>> replay = () -> call("operator", "POST", "/api/dead-letters/replay")
                .json(slowly)
                .sendAsync();
        List<CompletableFuture<Reply>> replays = List.of(replay.get(), replay.get(), replay.get(), replay.get());

        assertThat(CompletableFuture.anyOf(replays.toArray(CompletableFuture[]::new))
                        .thenApply(Reply.class::cast)
                        .join()
                        .status())
                .isEqualTo(429);
        assertThat(call("auditor", "GET", "/api/audit/verify").send().status()).isEqualTo(200);
        assertThat(call("operator", "GET", "/api/events").send().status()).isEqualTo(200);
        assertThat(replays).filteredOn(reply -> !reply.isDone()).hasSize(2);
        replays.forEach(reply -> assertThat(reply.join().status()).isIn(200, 429));
        assertNothingHeld();
    }

    private void assertNothingHeld() {
        await().atMost(RECOVERY).until(() -> metric("gateway_http_in_flight ") == 0);
    }

    private double metric(String name) {
        String metrics = gateway.observe("/observe/metrics").text();
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no metric " + name + " in " + metrics));
    }

    private void assertStored(String id) {
        await("event " + id)
                .atMost(RECOVERY)
                .until(() -> call("reader", "GET", "/api/events/" + id).send().status() == 200);
    }

    private void assertStatus(String expected) {
        Duration fastest = GENEROUS;
        for (int i = 0; i < 3 && fastest.compareTo(STATUS_LIMIT) > 0; i++) {
            long start = System.nanoTime();
            Reply reply = gateway.call("GET", "/api/kafka/status").token(null).send();
            assertThat(reply.data("/status").asText()).isEqualTo(expected);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }
        assertThat(fastest).isLessThan(STATUS_LIMIT);
    }

    private Reply post(String subject) {
        return call(subject, "POST", "/api/events").json(login(unique())).send();
    }

    private Call call(String subject, String method, String path) {
        return gateway.call(method, path).token(token(key, subject));
    }

    private String token(RSAKey by, String subject) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .subject(subject)
                        .issuer(issuer.uri())
                        .audience("gateway")
                        .claim("scope", "events:write events:read dead-letters:write kafka:test audit:read data:erase")
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                        .build());
        try {
            token.sign(new RSASSASigner(by));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
