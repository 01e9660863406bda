package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.error;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With exactly the permissions in docs/hardening.md everything works. Without any one of them something fails, and the
 * gateway reports it. One gateway runs through all cases.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaPermissionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DLQ = ".dlq";

    private static SecuredBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void startWithoutThePermissionToCreate(@TempDir Path data) {
        broker = SecuredBroker.start();
        broker.permit(permissions().toList());
        Map<String, String> settings = new HashMap<>(broker.settings(SecuredBroker.SCRAM));
        settings.put("gateway.store.redelivery-delay-ms", "100");
        settings.put("gateway.store.redelivery-delay-max-ms", "500");
        settings.put("KAFKA_SESSION_TIMEOUT_MS", "6000");
        settings.put("KAFKA_HEARTBEAT_INTERVAL_MS", "1000");
        gateway = Gateway.start(data, settings);
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        broker.close();
    }

    static Stream<AclBinding> permissions() {
        return DocumentedAcls.of(DocumentedAcls.ALL).stream()
                .filter(one -> one.entry().operation() != AclOperation.CREATE);
    }

    private static List<AclBinding> creating() {
        return DocumentedAcls.of(DocumentedAcls.ALL).stream()
                .filter(one -> one.entry().operation() == AclOperation.CREATE)
                .toList();
    }

    @Test
    @Order(1)
    void withoutCreate_aMissingTopicIsNamed_andWithItTheTopicIsCreated() {
        List<String> made = new ArrayList<>();
        assertThat(creating()).hasSize(4);
        for (AclBinding one : creating()) {
            String topic = one.pattern().name();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(problem()).contains("Topic " + topic + " cannot be created"));
            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            gateway.observe("/observe/health/ready").text())
                    .contains("Topic " + topic));
            assertThat(broker.topics()).isEqualTo(made);
            broker.permit(List.of(one));
            made.add(topic);
            made.sort(null);
            await().atMost(LIMIT).until(() -> broker.topics().equals(made));
        }
        await().atMost(LIMIT).until(() -> problem().isEmpty());
    }

    @Test
    @Order(2)
    void withExactlyTheDocumentedPermissions_everythingWorks() {
        assertThat(broker.permitted()).containsExactlyInAnyOrderElementsOf(DocumentedAcls.of(DocumentedAcls.ALL));
        assertAllWorks();
    }

    @ParameterizedTest
    @MethodSource("permissions")
    @Order(3)
    void withoutOnePermission_somethingFails_andIsReported(AclBinding one) {
        String name = one.pattern().name();
        broker.forbid(List.of(one));
        try {
            if (one.pattern().resourceType() == ResourceType.GROUP) {
                consumersSay(name, null, "read in group " + name);
            } else if (one.entry().operation() == AclOperation.DESCRIBE_CONFIGS) {
                await().atMost(LIMIT).until(() -> configuration(name).isNull());
            } else if (one.entry().operation() == AclOperation.READ) {
                String group = name.endsWith(DLQ) ? "event-gateway-dead-letters" : "event-gateway-store";
                consumersSay(group, name, "for topic " + name);
            } else if (name.endsWith(DLQ)) {
                deadLettersWait(name.substring(0, name.length() - DLQ.length()));
            } else {
                eventsOfThisTopicAreRefused(name);
            }
        } finally {
            broker.permit(List.of(one));
        }
    }

    @Test
    @Order(4)
    void withAllPermissionsAgain_everythingWorks() {
        assertAllWorks();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(gateway.get("/api/kafka/status").data("/consumers").findValuesAsText("problem"))
                    .isEmpty();
            assertThat(gateway.observe("/observe/health/ready").status()).isEqualTo(200);
        });
    }

    @Test
    @Order(5)
    void rolesApart_eachWithItsOwnPermissions_doTheWorkOfOneGateway(@TempDir Path data) {
        gateway.close();
        Map<String, Gateway> roles = new LinkedHashMap<>();
        try {
            for (String role : List.of("query", "store", "handle", "ingest")) {
                roles.put(role, start(role, data.resolve(role)));
            }
            gateway = roles.get("query");
            String id = unique();
            await().atMost(LIMIT).untilAsserted(() -> assertThat(roles.get("ingest")
                            .post("/api/events", error(id, "error"))
                            .toString())
                    .startsWith("202 "));
            stored(id);
            await("the alert that the webhook refuses").atMost(LIMIT).until(() -> gateway.get(
                            "/api/dead-letters?reason=HANDLER_FAILED")
                    .text()
                    .contains("event-gateway-alert"));
            String poison = "no event " + unique();
            broker.records()
                    .send(new ProducerRecord<>(EndToEndScenario.USER_EVENTS, poison.getBytes(StandardCharsets.UTF_8)));
            await().atMost(LIMIT).until(() -> deadLetter(poison) != null);
            String repaired = unique();
            Reply replayed = gateway.post(
                    "/api/dead-letters/" + deadLetter(poison) + "/replay", "{\"event\": " + login(repaired) + "}");
            assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
            stored(repaired);
            for (AclBinding one : creating()) {
                assertThat(configuration(one.pattern().name()).isObject()).isTrue();
            }
            roles.forEach(KafkaPermissionsTest::assertItSeesAll_andNoMoreThanItMay);
        } finally {
            roles.values().forEach(Gateway::close);
        }
    }

    private static Gateway start(String role, Path data) {
        broker.password(role, SecuredBroker.PASSWORD);
        broker.permit(DocumentedAcls.of(role, role));
        Map<String, String> settings = new HashMap<>(broker.settings(SecuredBroker.SCRAM));
        settings.put("KAFKA_SASL_USERNAME", role);
        settings.put("GATEWAY_ROLES", role);
        settings.put(
                "gateway.database.embedded-file",
                data.resolveSibling("shared.db").toString());
        settings.put("ALERT_WEBHOOK_URL", "http://127.0.0.1:9/nobody");
        settings.put("gateway.handle.redeliveries", "0");
        return Gateway.start(data, settings);
    }

    /** The role has Describe only for topics without a stronger permission. Without it the status omits the topic. */
    private static void assertItSeesAll_andNoMoreThanItMay(String role, Gateway one) {
        await(role).atMost(LIMIT).untilAsserted(() -> {
            Reply status = one.get("/api/kafka/status");
            assertThat(status.data("/topics").findValuesAsText("name")).hasSize(4);
            assertThat(status.data("/problem").isMissingNode())
                    .as(status.toString())
                    .isTrue();
            assertThat(status.data("/consumers").findValuesAsText("problem")).isEmpty();
        });
        for (AclBinding describe : DocumentedAcls.of(role, role)) {
            if (describe.entry().operation() == AclOperation.DESCRIBE) {
                broker.forbid(List.of(describe));
                await(describe.toString()).atMost(LIMIT).untilAsserted(() -> assertThat(
                                one.get("/api/kafka/status").data("/topics").findValuesAsText("name"))
                        .hasSize(3)
                        .doesNotContain(describe.pattern().name()));
                broker.permit(List.of(describe));
            }
        }
    }

    private static void consumersSay(String group, String topic, String sentence) {
        await().atMost(LIMIT).untilAsserted(() -> {
            List<JsonNode> waiting = new ArrayList<>();
            gateway.get("/api/kafka/status").data("/consumers").forEach(consumer -> {
                boolean meant = consumer.get("group").asText().equals(group)
                        && (topic == null || consumer.get("topic").asText().equals(topic));
                if (meant) {
                    waiting.add(consumer);
                }
            });
            assertThat(waiting).isNotEmpty().allSatisfy(consumer -> assertThat(
                            consumer.path("problem").asText())
                    .contains(sentence));
        });
    }

    private static void deadLettersWait(String topic) {
        consumersSay("event-gateway-store", topic, "write to topic " + topic + DLQ);
        String poison = "no event " + unique();
        broker.records().send(new ProducerRecord<>(topic, poison.getBytes(StandardCharsets.UTF_8)));
        poisons.add(poison);
    }

    private static final List<String> poisons = new ArrayList<>();

    private static void eventsOfThisTopicAreRefused(String topic) {
        boolean users = topic.equals(EndToEndScenario.USER_EVENTS);
        await().atMost(LIMIT).untilAsserted(() -> {
            String id = unique();
            Reply refused = gateway.post("/api/events", users ? login(id) : error(id, "warn"));
            TakingEvents.assertRefused(refused, 503, "KAFKA_UNAVAILABLE");
            assertThat(refused.text()).contains("write to topic " + topic);
        });
        take(users ? error(unique(), "warn") : login(unique()));
        await().atMost(LIMIT).untilAsserted(() -> {
            Reply ready = gateway.observe("/observe/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.text()).contains("write to topic " + topic);
        });
        assertThat(problem()).contains("write to topic " + topic);
        Reply bare = gateway.call("GET", "/api/kafka/status").token(null).send();
        assertThat(bare.json().get("data").toString()).isEqualTo("{\"status\":\"enabled\"}");
    }

    private static JsonNode configuration(String topic) {
        return gateway.get("/api/kafka/topics/" + topic).data("/configuration");
    }

    private static void assertAllWorks() {
        String login = unique();
        take(login(login));
        String error = unique();
        take(error(error, "error"));
        stored(login);
        stored(error);
        for (String topic : List.of(EndToEndScenario.USER_EVENTS, EndToEndScenario.SYSTEM_LOGS)) {
            String poison = "no event " + unique();
            broker.records().send(new ProducerRecord<>(topic, poison.getBytes(StandardCharsets.UTF_8)));
            poisons.add(poison);
            await().atMost(LIMIT).until(() -> configuration(topic).isObject());
            await().atMost(LIMIT).until(() -> configuration(topic + DLQ).isObject());
        }
        for (String poison : poisons) {
            await().atMost(LIMIT).until(() -> deadLetter(poison) != null);
        }
        String repaired = unique();
        Reply replayed = gateway.post(
                "/api/dead-letters/" + deadLetter(poisons.get(poisons.size() - 2)) + "/replay",
                "{\"event\": " + login(repaired) + "}");
        assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
        stored(repaired);
        poisons.clear();
    }

    private static void take(String event) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        gateway.post("/api/events", event).toString())
                .startsWith("202 "));
    }

    private static void stored(String id) {
        await("event " + id)
                .atMost(LIMIT)
                .until(() -> gateway.get("/api/events/" + id).status() == 200);
    }

    private static String deadLetter(String value) {
        for (JsonNode item : gateway.get("/api/dead-letters?status=open").data("/items")) {
            String id = item.get("id").asText();
            if (gateway.get("/api/dead-letters/" + id).text().contains(value)) {
                return id;
            }
        }
        return null;
    }

    private static String problem() {
        return gateway.get("/api/kafka/status").data("/problem").asText();
    }
}
