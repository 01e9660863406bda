package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.SecuredBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests the complete flow with a secured Kafka, once for each login method. */
@ExtendWith(OutputCaptureExtension.class)
class SecuredKafkaTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(5);
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final String REFUSED = "Kafka rejects the user name or password of the gateway";
    private static final String SECRET_PART = "w0rd";

    private static SecuredBroker broker;

    @TempDir
    private Path data;

    @BeforeAll
    static void start() {
        broker = SecuredBroker.start();
        broker.permit(DocumentedAcls.of(DocumentedAcls.ALL));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SecuredBroker.SCRAM, SecuredBroker.PLAIN, SecuredBroker.MUTUAL})
    void anEventIsAcceptedStoredAndFound_andADeadLetterIsRepairedAndReplayed(String listener) {
        try (Gateway gateway = Gateway.start(data, broker.settings(listener))) {
            String id = unique();
            take(gateway, login(id));
            await().atMost(EndToEndScenario.ARRIVAL)
                    .until(() -> gateway.get("/api/events/" + id).status() == 200);

            String poison = "no event " + unique();
            broker.records()
                    .send(new ProducerRecord<>(EndToEndScenario.USER_EVENTS, poison.getBytes(StandardCharsets.UTF_8)));
            JsonNode letter = deadLetter(gateway, poison);
            String repaired = unique();
            Reply replayed = gateway.post(
                    "/api/dead-letters/" + letter.get("id").asText() + "/replay",
                    "{\"event\": " + login(repaired) + "}");
            assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
            await().atMost(EndToEndScenario.ARRIVAL)
                    .until(() -> gateway.get("/api/events/" + repaired).status() == 200);

            Reply status = gateway.get("/api/kafka/status");
            assertThat(status.data("/status").asText()).isEqualTo("enabled");
            assertThat(status.data("/problem").isMissingNode())
                    .as(status.toString())
                    .isTrue();
            await().atMost(EndToEndScenario.ARRIVAL)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);
        }
    }

    @Test
    void givenARefusedPassword_thenHealthStatusAndLogReportIt_andTheGatewayRecovers(CapturedOutput output) {
        broker.password("changed elsewhere");
        Map<String, String> settings = new HashMap<>(broker.settings(SecuredBroker.SCRAM));
        settings.put("LOG_LEVEL", "info");
        try (Gateway gateway = Gateway.start(data, settings)) {
            assertRefused(gateway);
            assertQuiet(output);
            assertNoCredentials(gateway, output);

            broker.password(SecuredBroker.PASSWORD);
            assertWorks(gateway);

            broker.password("changed again");
            broker.process().restart();
            assertRefused(gateway);

            broker.password(SecuredBroker.PASSWORD);
            assertWorks(gateway);
        } finally {
            broker.password(SecuredBroker.PASSWORD);
        }
    }

    private static void assertRefused(Gateway gateway) {
        await().atMost(LIMIT).untilAsserted(() -> {
            Reply ready = gateway.observe("/observe/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.text()).contains(REFUSED);
        });
        Reply bare = gateway.call("GET", "/api/kafka/status").token(null).send();
        assertThat(bare.json().get("data").toString()).isEqualTo("{\"status\":\"unavailable\"}");
        await().atMost(LIMIT).untilAsserted(() -> {
            Reply status = gateway.get("/api/kafka/status");
            assertThat(status.data("/problem").asText()).contains(REFUSED);
            assertThat(status.data("/consumers").findValuesAsText("problem"))
                    .hasSize(5)
                    .allSatisfy(problem -> assertThat(problem).contains(REFUSED));
        });
        assertThat(gateway.observe("/observe/health/live").status()).isEqualTo(200);
        long started = System.nanoTime();
        TakingEvents.assertRefused(gateway.post("/api/events", login(unique())), 503, "KAFKA_UNAVAILABLE");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(REFUSAL_LIMIT);
    }

    /** The failure continues in eight clients, but must not be logged again. */
    private static void assertQuiet(CapturedOutput output) {
        long before = output.getAll().lines().count();
        await("a quiet log").during(WATCHED).atMost(LIMIT).untilAsserted(() -> assertThat(
                        output.getAll().lines().skip(before))
                .hasSizeLessThanOrEqualTo(5));
        assertThat(output.getAll()).doesNotContain("\tat ");
        assertThat(output.getAll().lines().filter(line -> line.contains(REFUSED)))
                .hasSizeLessThanOrEqualTo(10);
    }

    private static void assertNoCredentials(Gateway gateway, CapturedOutput output) {
        assertThat(output.getAll()).contains(REFUSED).doesNotContain(SECRET_PART);
        for (String path : List.of("/observe/health/ready", "/observe/metrics")) {
            assertThat(gateway.observe(path).text()).as(path).doesNotContain(SECRET_PART);
        }
        assertThat(gateway.get("/api/kafka/status").text()).doesNotContain(SECRET_PART);
    }

    private static void assertWorks(Gateway gateway) {
        String id = unique();
        take(gateway, login(id));
        await().atMost(LIMIT).until(() -> gateway.get("/api/events/" + id).status() == 200);
        await().atMost(LIMIT)
                .until(() -> gateway.observe("/observe/health/ready").status() == 200);
    }

    /** The first request may arrive before the connection to Kafka exists, which takes longer with TLS. */
    private static void take(Gateway gateway, String event) {
        await().atMost(EndToEndScenario.ARRIVAL).untilAsserted(() -> assertThat(
                        gateway.post("/api/events", event).toString())
                .startsWith("202 "));
    }

    private static JsonNode deadLetter(Gateway gateway, String value) {
        await().atMost(EndToEndScenario.ARRIVAL).until(() -> find(gateway, value) != null);
        return find(gateway, value);
    }

    private static JsonNode find(Gateway gateway, String value) {
        for (JsonNode item : gateway.get("/api/dead-letters?status=open").data("/items")) {
            Reply one = gateway.get("/api/dead-letters/" + item.get("id").asText());
            if (one.text().contains(value)) {
                return item;
            }
        }
        return null;
    }
}
