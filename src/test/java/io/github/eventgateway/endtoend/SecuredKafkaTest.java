package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.Scenario.login;
import static io.github.eventgateway.endtoend.Scenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.SecuredBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole path over a Kafka that asks who the gateway is, by each of the ways it may ask. */
class SecuredKafkaTest {

    private static SecuredBroker broker;

    @TempDir
    private Path data;

    @BeforeAll
    static void start() {
        broker = SecuredBroker.start();
        broker.permit(ReadmeAcls.of("all"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SecuredBroker.SCRAM, SecuredBroker.PLAIN, SecuredBroker.MUTUAL})
    void anEventIsTakenStoredAndFound_andADeadLetterIsRepairedAndReplayed(String listener) {
        try (Gateway gateway = Gateway.start(data, broker.settings(listener))) {
            String id = unique();
            take(gateway, login(id));
            await().atMost(Scenario.ARRIVAL)
                    .until(() -> gateway.get("/api/events/" + id).status() == 200);

            String poison = "no event " + unique();
            broker.records().send(new ProducerRecord<>(Scenario.USER_EVENTS, poison.getBytes(StandardCharsets.UTF_8)));
            JsonNode letter = deadLetter(gateway, poison);
            String repaired = unique();
            Reply replayed = gateway.post(
                    "/api/dead-letters/" + letter.get("id").asText() + "/replay",
                    "{\"event\": " + login(repaired) + "}");
            assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
            await().atMost(Scenario.ARRIVAL)
                    .until(() -> gateway.get("/api/events/" + repaired).status() == 200);

            Reply status = gateway.get("/api/kafka/status");
            assertThat(status.data("/status").asText()).isEqualTo("enabled");
            assertThat(status.data("/problem").isMissingNode())
                    .as(status.toString())
                    .isTrue();
            await().atMost(Scenario.ARRIVAL)
                    .until(() -> gateway.observe("/observe/health/ready").status() == 200);
        }
    }

    /** The first sends may meet a connection that is not made yet, which takes longer with TLS. */
    private static void take(Gateway gateway, String event) {
        await().atMost(Scenario.ARRIVAL).untilAsserted(() -> assertThat(
                        gateway.post("/api/events", event).toString())
                .startsWith("202 "));
    }

    private static JsonNode deadLetter(Gateway gateway, String value) {
        await().atMost(Scenario.ARRIVAL).until(() -> find(gateway, value) != null);
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
