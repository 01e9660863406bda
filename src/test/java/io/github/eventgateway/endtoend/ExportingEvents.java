package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exports and counts stored events. */
interface ExportingEvents extends EndToEndScenario {

    private List<String> threeOf(String service) {
        List<String> ids = List.of(unique(), unique(), unique());
        ids.forEach(id -> assertThat(gateway()
                        .post("/api/events", systemEvent(id, "system_info", "message", service, "info"))
                        .status())
                .isEqualTo(202));
        ids.forEach(this::stored);
        return ids;
    }

    @Test
    default void anExportHasTheEventsOfTheQuery_andContinuesAfterACursor() {
        String service = unique();
        List<String> ids = threeOf(service);

        Reply all = gateway().get("/api/events/export?service=" + service);
        List<JsonNode> lines = all.text()
                .lines()
                .map(line -> StrictJson.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        Reply rest = gateway()
                .get("/api/events/export?service=" + service + "&cursor="
                        + lines.get(0).get("cursor").asText());
        Reply csv = gateway().get("/api/events/export?format=csv&service=" + service);

        List<String> found = new ArrayList<>();
        gateway()
                .get("/api/events?service=" + service)
                .data("/items")
                .forEach(item -> found.add(item.get("id").asText()));
        assertThat(found).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(lines).extracting(line -> line.get("id").asText()).isEqualTo(found);
        assertThat(rest.text().lines()).hasSize(2);
        assertThat(csv.text().lines()).hasSize(4);
        assertThat(csv.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        Reply none =
                gateway().call("GET", "/api/events/export?service=" + unique()).sendUnheld();
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.body()).isEmpty();
    }

    @Test
    default void anExportIsAuditedWithItsEnd_andNeedsItsScope() {
        String service = unique();
        threeOf(service);

        Reply export = gateway().get("/api/events/export?service=" + service);

        String request = export.header("X-Request-Id");
        await().atMost(ARRIVAL).untilAsserted(() -> {
            List<JsonNode> records = new ArrayList<>();
            gateway().get("/api/audit?limit=100").data("/items").forEach(records::add);
            assertThat(records)
                    .filteredOn(
                            record -> request.equals(record.get("request_id").asText()))
                    .anySatisfy(record -> {
                        assertThat(record.at("/detail/items").asInt()).isEqualTo(3);
                        assertThat(record.at("/detail/complete").asBoolean()).isTrue();
                        assertThat(record.at("/target/service").asText()).isEqualTo(service);
                    });
        });
        assertThat(gateway()
                        .call("GET", "/api/events/export")
                        .token(Token.of("events:read"))
                        .send()
                        .reason())
                .isEqualTo("INSUFFICIENT_SCOPE");
    }

    @Test
    default void aRequestForTheHeadersOnly_readsNoEvents() {
        String service = unique();
        threeOf(service);

        Reply head =
                gateway().call("HEAD", "/api/events/export?service=" + service).sendUnheld();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).startsWith("application/x-ndjson");
        await().atMost(ARRIVAL).untilAsserted(() -> {
            List<JsonNode> records = new ArrayList<>();
            gateway().get("/api/audit?limit=100").data("/items").forEach(records::add);
            assertThat(records)
                    .filteredOn(record -> head.header("X-Request-Id")
                            .equals(record.get("request_id").asText()))
                    .anySatisfy(record -> {
                        assertThat(record.at("/detail/items").asInt(-1)).isZero();
                        assertThat(record.at("/detail/complete").asBoolean(true))
                                .isFalse();
                    });
        });
    }

    @Test
    default void storedEventsAreCounted() {
        threeOf(unique());

        Reply counts = gateway().get("/api/events/counts?by=level&level=info&bucket=day");

        assertThat(counts.data("/items/0/value").asText()).isEqualTo("info");
        assertThat(counts.data("/items/0/count").asLong()).isGreaterThanOrEqualTo(3);
    }
}
