package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/count-events.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class CountEventsTest extends RouteTest {

    @Autowired
    private ObjectMapper json;

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM event");
        jdbc.update("DELETE FROM event_count");
    }

    private void store(String... events) {
        Polled polled = new Polled();
        for (int i = 0; i < events.length; i++) {
            polled.add("system_logs", i % 3, i, events[i]);
        }
        Exchange stored = send("direct:polled-store-system-logs", polled.batch(), Map.of());
        assertThat(stored.getException()).isNull();
    }

    private static String event(String id, String level) {
        return "{\"id\":\"%s\",\"type\":\"system_%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"service\":\"s\",\"level\":\"%s\",\"%s\":\"m\"}}"
                .formatted(id, level, level, level.equals("error") ? "error" : "message");
    }

    private JsonNode counts(Map<String, Object> asked) {
        Exchange exchange = send("direct:count-events", null, asked);
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        return json.valueToTree(exchange.getMessage().getBody());
    }

    @Test
    void eventsAreCountedOnceWhenTheyAreStored() {
        store(event("a", "info"), event("b", "error"), event("c", "info"), event("a", "info"));
        store(event("a", "info"), event("d", "info"));

        Instant first = Instant.parse(jdbc.queryForObject("SELECT MIN(minute) FROM event_count", String.class));
        JsonNode all = counts(
                Map.of("from", first.toString(), "to", first.plusSeconds(3600).toString()));

        assertThat(all.get("events").asLong()).isEqualTo(4);
        assertThat(all.get("values").asLong()).isEqualTo(2);
        assertThat(all.at("/items/0/value").asText()).isEqualTo("system_info");
        assertThat(all.at("/items/0/count").asLong()).isEqualTo(3);
        assertThat(all.at("/items/1/value").asText()).isEqualTo("system_error");
        assertThat(jdbc.queryForObject("SELECT SUM(n) FROM event_count", Long.class))
                .isEqualTo(jdbc.queryForObject("SELECT COUNT(*) FROM event", Long.class));
    }

    private void count(String minute, int partition, String type, String level, int n) {
        jdbc.update(
                "INSERT INTO event_count (minute, kafka_partition, type, level, publisher, n) VALUES (?, ?, ?, ?, '', ?)",
                minute + ":00.000000Z",
                partition,
                type,
                level,
                n);
    }

    @Test
    void countsAreOverTime_byTypeLevelOrPublisher_overAllPartitions() {
        count("2026-01-31T12:59", 0, "system_error", "error", 1);
        count("2026-01-31T12:59", 1, "system_error", "error", 2);
        count("2026-01-31T13:00", 0, "system_error", "fatal", 4);
        count("2026-01-31T13:00", 0, "user_login", "", 5);
        count("2026-02-01T00:00", 0, "user_login", "", 100);
        Map<String, Object> day = Map.of("from", "2026-01-31T12:00:00Z", "to", "2026-02-01T00:00:00Z");

        JsonNode byType = counts(day);
        assertThat(byType.get("items").toString())
                .isEqualTo(
                        "[{\"value\":\"system_error\",\"count\":7,\"counts\":["
                                + "{\"time\":\"2026-01-31T12:59:00Z\",\"count\":3},{\"time\":\"2026-01-31T13:00:00Z\",\"count\":4}]},"
                                + "{\"value\":\"user_login\",\"count\":5,\"counts\":[{\"time\":\"2026-01-31T13:00:00Z\",\"count\":5}]}]");
        assertThat(byType.get("from").asText()).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(byType.get("since").isTextual()).isTrue();
        Map<String, Object> byLevel = new HashMap<>(day);
        byLevel.put("by", "level");
        byLevel.put("bucket", "hour");
        assertThat(counts(byLevel).get("items").findValuesAsText("value")).containsExactly("null", "fatal", "error");
        byLevel.put("type", "system_error");
        byLevel.put("limit", "1");
        assertThat(counts(byLevel).get("items").findValuesAsText("value")).containsExactly("fatal");
        assertThat(counts(byLevel).get("events").asLong()).isEqualTo(7);
        assertThat(counts(Map.of("by", "publisher", "publisher", "nobody")).get("items"))
                .isEmpty();
    }

    @Test
    void timesWithinAMinute_meanTheBeginningOfTheMinute() {
        count("2026-01-31T12:00", 0, "user_login", "", 1);
        count("2026-01-31T12:01", 0, "user_login", "", 2);
        count("2026-01-31T12:02", 0, "user_login", "", 4);

        JsonNode found = counts(Map.of("from", "2026-01-31T12:00:30Z", "to", "2026-01-31T12:02:30Z"));

        assertThat(found.get("events").asLong()).isEqualTo(3);
        assertThat(found.get("from").asText()).isEqualTo("2026-01-31T12:00:00Z");
    }

    @Test
    void givenTheFirstMomentOfTheYearOne_thenNothingIsCounted() {
        assertThat(counts(Map.of("to", "0001-01-01T00:00:00Z", "bucket", "day"))
                        .get("events")
                        .asLong())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"by,colour", "bucket,week", "limit,0", "from,yesterday", "from,2020-01-01T00:00:00Z"})
    void givenAnInvalidFilter_thenItIsRefused(String name, String value) {
        Exchange exchange = send("direct:count-events", null, Map.of(name, value));

        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        GatewayException refusal = (GatewayException) exchange.getException();
        assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
        assertThat(refusal.details()).extracting(Violation::path).containsExactly(name);
    }
}
