package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.error;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.DocumentedFlow;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Tests the operator's views: status, topics, health, metrics, the contract and its page. */
interface Operating extends EndToEndScenario {

    @Test
    default void eventTypesNeedAValidToken() {
        Reply types = gateway()
                .call("GET", "/api/event-types")
                .token(Token.of("events:write"))
                .send();
        assertThat(types.status()).as(types.toString()).isEqualTo(200);
        assertThat(types.data("/items").findValuesAsText("topic")).contains(USER_EVENTS, SYSTEM_LOGS);
        assertThat(types.data("/items/0/schema/type").asText()).isEqualTo("object");
        assertRefused(gateway().call("GET", "/api/event-types").token(null).send(), 401, "UNAUTHENTICATED");
        assertRefused(
                gateway().call("GET", "/api/event-types").token("no token").send(), 401, "UNAUTHENTICATED");
    }

    @Test
    default void theStatusShowsDetailsOnlyWithTheScope() {
        Reply bare = gateway().call("GET", "/api/kafka/status").token(null).send();
        assertThat(bare.status()).isEqualTo(200);
        assertThat(bare.json().get("data").toString()).isEqualTo("{\"status\":\"enabled\"}");

        Reply full = gateway().get("/api/kafka/status");
        assertThat(full.data("/status").asText()).isEqualTo("enabled");
        assertThat(full.data("/cluster_id").asText()).isNotEmpty();
        assertThat(full.data("/brokers").size()).isEqualTo(1);
        assertThat(full.data("/topics").findValuesAsText("name"))
                .contains(USER_EVENTS, USER_EVENTS + ".dlq", SYSTEM_LOGS, SYSTEM_LOGS + ".dlq");
        assertThat(full.data("/consumers").findValuesAsText("route"))
                .contains(
                        "store-user-events",
                        "store-system-logs",
                        "alert-on-errors",
                        "store-dead-letters-user-events",
                        "store-dead-letters-system-logs");
    }

    @Test
    default void topicsAreListedAndDescribed() {
        assertThat(gateway().get("/api/kafka/topics").text()).contains("\"user_events\"", "\"system_logs.dlq\"");
        Reply topic = gateway().get("/api/kafka/topics/user_events");
        assertThat(topic.status()).isEqualTo(200);
        assertThat(topic.data("/name").asText()).isEqualTo(USER_EVENTS);
        assertThat(topic.data("/partitions").size()).isEqualTo(3);
        assertRefused(gateway().get("/api/kafka/topics/" + unique()), 404, "NOT_FOUND");
    }

    @Test
    default void theRoutesAreListed_andDrawnAsInTheDocumentation() {
        Reply routes = gateway().get("/api/routes");
        assertThat(routes.status()).isEqualTo(200);
        assertThat(routes.data("/items").findValuesAsText("id"))
                .contains("post-event", "publish-event", "store-user-events", "dead-letter-records");
        Reply diagram = gateway().get("/api/routes/diagram");
        assertThat(diagram.header("Content-Type")).isEqualTo("text/vnd.mermaid");
        DocumentedFlow.check(diagram.text());
    }

    @Test
    default void theContractAndItsPageAreServedToAnyone() {
        Reply contract = gateway().call("GET", "/api/openapi.yaml").token(null).send();
        assertThat(contract.status()).isEqualTo(200);
        assertThat(contract.text()).startsWith("openapi: ");
        Reply page = gateway().call("GET", "/docs/").token(null).send();
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("swagger-ui");
        Reply root = gateway().call("GET", "/").token(null).sendUnheld();
        assertThat(root.status()).isEqualTo(302);
        assertThat(root.header("Location")).endsWith("/docs/");
    }

    @Test
    default void healthSaysLiveAndReady() {
        assertThat(gateway().observe("/observe/health/live").status()).isEqualTo(200);
        await().atMost(ARRIVAL).untilAsserted(() -> assertThat(
                        gateway().observe("/observe/health/ready").status())
                .isEqualTo(200));
        assertRefused(gateway().get("/observe/health"), 404, "NOT_FOUND");
    }

    /** Other tests count too, so each value is compared with the value before. */
    @Test
    default void metricsCountRequestsEventsDeadLettersAndLag() {
        long open = openDeadLetters();
        Map<String, Double> before = metrics();
        String id = unique();
        gateway().post("/api/events", error(id, "warn"));
        gateway().post("/api/events", error(id, "warn"));
        gateway().post("/api/events", error(id, "error"));
        gateway().records().send(new ProducerRecord<>(SYSTEM_LOGS, "rubbish".getBytes(StandardCharsets.UTF_8)));
        gateway().post("/api/events", "rubbish");
        gateway().post("/api/events", "{\"type\": \"user_login\", \"data\": {}}");
        gateway().call("GET", "/api/events").token(null).send();
        gateway().call("GET", "/api/events").token(Token.of("events:write")).send();
        gateway().get("/api/no/such/path");
        gateway().call("DELETE", "/api/events").send();

        String requests = "gateway_http_requests_seconds_count{method=\"%s\",path=\"%s\",status=\"%d\"}";
        Map<String, Integer> atLeast = new LinkedHashMap<>();
        atLeast.put(requests.formatted("POST", "/api/events", 202), 3);
        atLeast.put(requests.formatted("POST", "/api/events", 400), 1);
        atLeast.put(requests.formatted("POST", "/api/events", 422), 1);
        atLeast.put(requests.formatted("GET", "/api/events", 401), 1);
        atLeast.put(requests.formatted("GET", "/api/events", 403), 1);
        atLeast.put(requests.formatted("GET", "other", 404), 1);
        atLeast.put(requests.formatted("DELETE", "other", 405), 1);
        atLeast.put("gateway_events_received_total{outcome=\"accepted\",type=\"system_error\"}", 3);
        atLeast.put("gateway_events_received_total{outcome=\"MALFORMED_JSON\",type=\"\"}", 1);
        atLeast.put("gateway_events_received_total{outcome=\"EVENT_INVALID\",type=\"\"}", 1);
        atLeast.put("gateway_events_stored_total", 1);
        atLeast.put("gateway_events_duplicates_total", 1);
        atLeast.put("gateway_events_conflicts_total", 1);
        String dead = "gateway_dead_letters_total{group=\"event-gateway-store\",reason=\"%s\",topic=\"system_logs\"}";
        atLeast.put(dead.formatted("MALFORMED_JSON"), 1);
        atLeast.put(dead.formatted("ID_CONFLICT"), 1);
        atLeast.put("gateway_store_batch_size_count", 1);
        await().atMost(ARRIVAL).untilAsserted(() -> {
            Map<String, Double> now = metrics();
            assertThat(atLeast).allSatisfy((name, count) -> assertThat(
                            now.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0))
                    .as(name)
                    .isGreaterThanOrEqualTo(count));
            assertThat(openDeadLetters()).isGreaterThanOrEqualTo(open + 2);
            assertThat(now)
                    .containsEntry("gateway_kafka_available", 1.0)
                    .containsEntry("gateway_dead_letters_open", (double) openDeadLetters())
                    .containsKey(
                            "gateway_consumer_lag{group=\"event-gateway-store\",route=\"store-user-events\",topic=\"user_events\"}");
        });
        assertThat(metrics().keySet())
                .filteredOn(name -> name.startsWith("gateway_http_requests_seconds_bucket"))
                .isNotEmpty();
        assertThat(metrics().keySet())
                .filteredOn(name -> name.startsWith("gateway_store_batch_size_bucket"))
                .as("buckets above the maximum batch size")
                .isNotEmpty()
                .hasSizeLessThan(100);
    }

    private long openDeadLetters() {
        return gateway()
                .database()
                .queryForObject("SELECT COUNT(*) FROM dead_letter WHERE status IN ('open', 'replaying')", Long.class);
    }

    /** Returns the value of each metric by name and labels. */
    private Map<String, Double> metrics() {
        return gateway()
                .observe("/observe/metrics")
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }
}
