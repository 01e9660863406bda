package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.ARRIVAL;
import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Adds an event type and a topic by editing copies of the files that an engineer edits. */
class NewTypeAndTopicTest {

    private static final String TYPES_OF_USERS = "          - user_delete\n";

    private static final String SCHEMA = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema",
             "type": "object",
             "required": ["%1$s"],
             "properties": {"%1$s": {"type": "string", "minLength": 1}}}
            """;

    /** The lines of the new topic in application.yaml. */
    private static final String TOPIC = """
                  orders:
                    name: orders
                    key: /order_id
                    types:
                      - order_placed
            """;

    private static final String STORE = """
            - templatedRoute:
                routeId: store-orders
                routeTemplateRef: store-events
                prefixId: store-orders
                parameters:
                  - name: topic
                    value: "{{gateway.events.topics.orders.name}}"
            """;

    private static final String STORE_DEAD_LETTERS = """
            - templatedRoute:
                routeId: store-dead-letters-orders
                routeTemplateRef: store-dead-letters
                prefixId: store-dead-letters-orders
                parameters:
                  - name: topic
                    value: "{{gateway.events.topics.orders.name}}"
            """;

    @TempDir
    private Path folder;

    @Test
    void aTypeNeedsASchemaAndALine_andATopicAnEntryAndTwoTemplatedRoutes() throws IOException {
        writeFiles();
        append("routes/store-events.camel.yaml", STORE);
        append("routes/store-dead-letters.camel.yaml", STORE_DEAD_LETTERS);

        try (Gateway gateway = start()) {
            assertThat(gateway.get("/api/kafka/status").data("/problem").isMissingNode())
                    .isTrue();
            assertTheNewTypeIsStored(gateway);
            assertTheNewTopicIsStored(gateway);
            assertRubbishOfTheNewTopicIsDeadLettered(gateway);
        }
    }

    /** The check of the start can be switched off, and an edit can remove the route. */
    @Test
    void aTopicWithoutAStoringRoute_isReportedByStatusAndHealth() throws IOException {
        writeFiles();
        append("routes/store-dead-letters.camel.yaml", STORE_DEAD_LETTERS);

        try (Gateway gateway = start()) {
            String missing = "no route stores the events of topic orders";
            assertThat(gateway.get("/api/kafka/status").data("/problem").asText())
                    .isEqualTo(missing);
            Reply health = gateway.health();
            assertThat(health.json().at("/components/routes/status").asText()).isEqualTo("DOWN");
            assertThat(health.json()
                            .at("/components/routes/details/not_stored/orders")
                            .asText())
                    .isEqualTo(missing);
            assertThat(gateway.observe("/observe/health/ready").status()).isEqualTo(200);
        }
    }

    private void writeFiles() throws IOException {
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/schemas/user_rename.schema.json"), SCHEMA.formatted("user_id"));
        Files.writeString(folder.resolve("routes/schemas/order_placed.schema.json"), SCHEMA.formatted("order_id"));
        String settings = Files.readString(Path.of("application.yaml"));
        assertThat(settings).contains(TYPES_OF_USERS);
        Files.writeString(
                folder.resolve("application.yaml"),
                settings.replace(TYPES_OF_USERS, TYPES_OF_USERS + "          - user_rename\n" + TOPIC));
    }

    private Gateway start() {
        return Gateway.start(
                folder.resolve("data"),
                Map.of(
                        "spring.config.location", "file:" + folder.resolve("application.yaml"),
                        "camel.main.routes-include-pattern", "file:" + folder.resolve("routes") + "/*.camel.yaml",
                        "gateway.events.schema-directory",
                                folder.resolve("routes/schemas").toString()));
    }

    private static void assertTheNewTypeIsStored(Gateway gateway) {
        String user = unique();
        Reply taken = gateway.post("/api/events/user_rename", "{\"user_id\": \"" + user + "\"}");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        assertThat(taken.data("/topic").asText()).isEqualTo("user_events");
        assertStored(gateway, taken);
        assertThat(gateway.get("/api/events?user_id=" + user).data("/items").size())
                .isEqualTo(1);
        assertRefused(gateway.post("/api/events/user_rename", "{}"), 422, "EVENT_INVALID");
    }

    private static void assertTheNewTopicIsStored(Gateway gateway) {
        String order = unique();
        Reply taken = gateway.post(
                "/api/events", "{\"type\": \"order_placed\", \"data\": {\"order_id\": \"" + order + "\"}}");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        assertThat(taken.data("/topic").asText()).isEqualTo("orders");
        byte[] key = gateway.records()
                .at(
                        "orders",
                        taken.data("/partition").asInt(),
                        taken.data("/offset").asLong())
                .key();
        assertThat(new String(key, UTF_8)).isEqualTo(order);
        assertStored(gateway, taken);
        assertThat(gateway.get("/api/kafka/topics/orders").status()).isEqualTo(200);
    }

    private static void assertRubbishOfTheNewTopicIsDeadLettered(Gateway gateway) {
        String rubbish = "rubbish " + unique();
        gateway.records().send(new ProducerRecord<>("orders", bytes(rubbish)));
        await().atMost(ARRIVAL)
                .until(() -> gateway.get("/api/dead-letters?topic=orders")
                                .data("/items")
                                .size()
                        == 1);
        assertThat(gateway.records().withValue("orders.dlq", bytes(rubbish))).isNotNull();
    }

    private static void assertStored(Gateway gateway, Reply taken) {
        await().atMost(ARRIVAL)
                .until(() ->
                        gateway.get("/api/events/" + taken.data("/id").asText()).status() == 200);
    }

    private void append(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.writeString(path, Files.readString(path) + text);
    }
}
