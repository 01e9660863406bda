package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.error;
import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.WebhookServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Follows an event from the topic to the webhook, or after failed attempts to the dead letters and by a replay to the
 * webhook.
 */
interface Alerting extends ConsumingRecords {

    String ALERT_GROUP = "event-gateway-alert";

    @Test
    default void severeErrorsAreHandedToTheWebhook_andNothingElse() {
        String warn = unique();
        String info = unique();
        String error = unique();
        String fatal = unique();
        for (String event : List.of(
                error(warn, "warn"),
                systemEvent(info, "system_info", "message", "billing", "info"),
                error(error, "error"),
                error(fatal, "fatal"))) {
            assertThat(gateway().post("/api/events", event).status()).isEqualTo(202);
        }

        await().atMost(ARRIVAL).untilAsserted(() -> {
            assertThat(webhook().of(error)).hasSize(1);
            assertThat(webhook().of(fatal)).hasSize(1);
        });
        WebhookServer.Alert alert = webhook().of(fatal).get(0);
        assertThat(alert.method()).isEqualTo("POST");
        assertThat(alert.headers().get("content-type")).containsExactly("application/json");
        assertThat(alert.body())
                .contains("\"level\":\"fatal\"", "\"service\":\"billing\"", "\"error\":\"what happened\"", fatal);
        assertThat(alert.headers().keySet()).noneMatch(name -> name.startsWith("camel") || name.startsWith("kafka"));
        // All went to one partition, in this order.
        assertThat(webhook().of(warn)).isEmpty();
        assertThat(webhook().of(info)).isEmpty();
    }

    @Test
    default void aFailingWebhook_isRetried_thenDeadLettered_andAReplayGoesOnlyToItsGroup() {
        String id = unique();
        String next = unique();
        webhook().refuse(id);
        Reply taken = gateway().post("/api/events", error(id, "error"));
        gateway().post("/api/events", error(next, "error"));

        JsonNode dead = shown(place(taken), ALERT_GROUP);
        assertThat(webhook().of(id)).as("one attempt and three more").hasSize(4);
        assertThat(dead.get("reason").asText()).isEqualTo("HANDLER_FAILED");
        assertThat(dead.get("attempts").asInt()).isEqualTo(4);
        assertThat(dead.get("message").asText()).isEqualTo("the webhook answered 500");
        await().atMost(ARRIVAL)
                .untilAsserted(() -> assertThat(webhook().of(next)).hasSize(1));
        Reply stored = stored(id);

        webhook().accept(id);
        double duplicates = duplicates();
        Reply replayed = gateway()
                .call("POST", "/api/dead-letters/" + dead.get("id").asText() + "/replay")
                .send();

        assertThat(replayed.data("/replayed").asInt()).as(replayed.toString()).isEqualTo(1);
        await().atMost(ARRIVAL).untilAsserted(() -> assertThat(webhook().of(id)).hasSize(5));
        String after = unique();
        gateway().post("/api/events", error(after, "warn"));
        stored(after);
        assertThat(rows(id)).isEqualTo(1);
        assertThat(duplicates()).as("the store group skipped it").isEqualTo(duplicates);
        assertThat(gateway().get("/api/events/" + id).text())
                .as("unchanged event")
                .isEqualTo(stored.text());
        assertThat(webhook().of(id).get(4).body())
                .isEqualTo(webhook().of(id).get(0).body());
    }

    @Test
    default void aWebhookThatAsksToWaitIsCalledAfterThatTime_byItsUrlByteForByte() {
        String id = unique();
        webhook().askToWait(id, 2);

        gateway().post("/api/events", error(id, "error"));

        await().atMost(ARRIVAL).untilAsserted(() -> assertThat(webhook().of(id)).hasSize(2));
        List<WebhookServer.Alert> alerts = webhook().of(id);
        assertThat(Duration.between(alerts.get(0).at(), alerts.get(1).at()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(alerts).extracting(WebhookServer.Alert::target).containsOnly(WebhookServer.TARGET);
    }

    @Test
    default void aReplayForTheStoreGroup_alertsNobody() {
        String service = unique();
        RecordMetadata at = gateway()
                .records()
                .send(new ProducerRecord<>(
                        SYSTEM_LOGS, bytes(service), bytes("{\"type\": \"system_error\", \"data\": {}}")))
                .get(0);
        String deadLetter = shown(at).get("id").asText();
        Reply replayed = gateway()
                .post(
                        "/api/dead-letters/" + deadLetter + "/replay",
                        "{\"event\": {\"type\": \"system_error\", \"data\": {\"service\": \"" + service
                                + "\", \"error\": \"e\", \"level\": \"fatal\"}}}");
        assertThat(replayed.data("/replayed").asInt()).as(replayed.toString()).isEqualTo(1);
        String id = replayed.data("/detail").asText().replaceFirst(".* ", "");
        stored(id);

        // On the same partition, so it is consumed after the replay.
        String after = unique();
        gateway().post("/api/events", systemEvent(after, "system_error", "error", service, "fatal"));
        await().atMost(ARRIVAL)
                .untilAsserted(() -> assertThat(webhook().of(after)).hasSize(1));
        assertThat(webhook().of(id)).isEmpty();
    }

    private double duplicates() {
        return gateway()
                .bean(MeterRegistry.class)
                .get("gateway.events.duplicates")
                .counter()
                .count();
    }

    private static RecordMetadata place(Reply taken) {
        return new RecordMetadata(
                new TopicPartition(
                        taken.data("/topic").asText(), taken.data("/partition").asInt()),
                taken.data("/offset").asLong(),
                0,
                0,
                0,
                0);
    }
}
