package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Groups dead letters by their cause. */
@MockEndpointsAndSkip("kafka:*")
class DeadLetterSummaryTest extends RouteTest {

    private static final Instant TIME = Instant.parse("2026-01-31T12:59:58Z");
    private static final String STORE = "event-gateway-store";
    private static final String ALERT = "event-gateway-alert";

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private DeadLetterCauses causes;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
        jdbc.update("DELETE FROM dead_letter_cause");
    }

    /** Stores a dead letter of user_events, as the route does. */
    private void deadLetter(long second, String group, String reason, String message) {
        RecordHeaders headers = new RecordHeaders();
        Map.of(
                        DeadLetterHeaders.REASON,
                        reason,
                        DeadLetterHeaders.MESSAGE,
                        message,
                        DeadLetterHeaders.TOPIC,
                        "user_events",
                        DeadLetterHeaders.PARTITION,
                        "0",
                        DeadLetterHeaders.OFFSET,
                        String.valueOf(second),
                        DeadLetterHeaders.GROUP,
                        group,
                        DeadLetterHeaders.ROUTE,
                        "route-of-" + group,
                        DeadLetterHeaders.FAILED_AT,
                        String.valueOf(TIME.plusSeconds(second).toEpochMilli()))
                .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        Exchange stored = send(
                "direct:polled-store-dead-letters-user-events",
                new Polled()
                        .add("user_events.dlq", 0, second, "rubbish " + second, headers)
                        .batch(),
                Map.of());
        assertThat(stored.getException()).isNull();
    }

    private JsonNode data(String endpoint, Map<String, Object> filters) {
        Exchange exchange = send(endpoint, null, new HashMap<>(filters));
        assertThat(exchange.getException()).isNull();
        return json.valueToTree(exchange.getMessage().getBody());
    }

    private JsonNode summary(Map<String, Object> filters) {
        return data("direct:summarise-dead-letters", filters);
    }

    private void fiveOfThreeCauses() {
        deadLetter(0, STORE, "MALFORMED_JSON", "not valid JSON at line 1, column 1");
        deadLetter(1, STORE, "MALFORMED_JSON", "not valid JSON at line 1, column 17");
        deadLetter(3, STORE, "MALFORMED_JSON", "not valid JSON at line 20, column 2");
        deadLetter(4, STORE, "EVENT_INVALID", "/data/ip must be an address");
        deadLetter(5, ALERT, "HANDLER_FAILED", "HTTP 503");
    }

    @Test
    void theMostFrequentCauseIsFirst_withCountsOverTime() {
        fiveOfThreeCauses();

        JsonNode hours = summary(Map.of("from", "2026-01-31T00:00:00Z", "to", "2026-02-01T00:00:00Z"));

        JsonNode first = hours.at("/items/0");
        assertThat(first.get("cause").asText()).matches("[0-9a-f]{16}");
        assertThat(first.get("reason").asText()).isEqualTo("MALFORMED_JSON");
        assertThat(first.get("topic").asText()).isEqualTo("user_events");
        assertThat(first.get("group").asText()).isEqualTo(STORE);
        assertThat(first.get("route").asText()).isEqualTo("route-of-" + STORE);
        assertThat(first.get("message").asText()).isEqualTo("not valid JSON at line #, column #");
        assertThat(first.get("count").asLong()).isEqualTo(3);
        assertThat(first.get("first_seen").asText()).isEqualTo("2026-01-31T12:59:58Z");
        assertThat(first.get("last_seen").asText()).isEqualTo("2026-01-31T13:00:01Z");
        assertThat(first.get("counts").toString())
                .isEqualTo("[{\"time\":\"2026-01-31T12:00:00Z\",\"count\":2},"
                        + "{\"time\":\"2026-01-31T13:00:00Z\",\"count\":1}]");
        assertThat(hours.get("items")).hasSize(3);
        assertThat(hours.get("bucket").asText()).isEqualTo("hour");
        assertThat(hours.get("causes").asLong()).isEqualTo(3);
        assertThat(hours.get("dead_letters").asLong()).isEqualTo(5);
        assertThat(hours.get("complete").asBoolean()).isTrue();
    }

    @Test
    void bucketsAreMinutesHoursOrDays() {
        fiveOfThreeCauses();

        assertThat(summary(Map.of("from", "2026-01-31T12:00:00Z", "to", "2026-01-31T14:00:00Z"))
                        .at("/items/0/counts")
                        .findValuesAsText("time"))
                .containsExactly("2026-01-31T12:59:00Z", "2026-01-31T13:00:00Z");
        assertThat(summary(Map.of()).at("/items/0/counts").findValuesAsText("time"))
                .containsExactly("2026-01-31T00:00:00Z");
        assertThat(summary(Map.of("bucket", "day"))
                        .at("/items/0/counts/0/count")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void theFiltersOfTheListApply() {
        fiveOfThreeCauses();
        jdbc.update("UPDATE dead_letter SET status = 'discarded' WHERE source_offset = 1");

        assertThat(summary(Map.of("status", "open")).at("/items/0/count").asLong())
                .isEqualTo(2);
        assertThat(summary(Map.of("group", ALERT)).get("items").findValuesAsText("reason"))
                .containsExactly("HANDLER_FAILED");
        assertThat(summary(Map.of("reason", "EVENT_INVALID"))
                        .get("dead_letters")
                        .asLong())
                .isEqualTo(1);
        assertThat(summary(Map.of("topic", "system_logs")).get("items")).isEmpty();
        assertThat(summary(Map.of("origin", "user_events/0/4")).get("items").findValuesAsText("reason"))
                .containsExactly("EVENT_INVALID");
        assertThat(summary(Map.of("to", "2026-01-31T13:00:00Z"))
                        .get("dead_letters")
                        .asLong())
                .isEqualTo(2);
    }

    @Test
    void aCauseFindsItsDeadLetters() {
        fiveOfThreeCauses();
        String cause = summary(Map.of()).at("/items/0/cause").asText();

        assertThat(data("direct:list-dead-letters", Map.of("cause", cause))
                        .get("items")
                        .findValuesAsText("offset"))
                .containsExactly("3", "1", "0");
        assertThat(summary(Map.of("cause", cause)).get("causes").asLong()).isEqualTo(1);
        assertThat(summary(Map.of("limit", "1")).get("items")).hasSize(1);
        assertThat(summary(Map.of("limit", "1")).get("causes").asLong()).isEqualTo(3);
    }

    @Test
    void deadLettersOfAnEarlierVersionAreGroupedAfterwards() {
        fiveOfThreeCauses();
        List<Long> before = jdbc.queryForList("SELECT cause FROM dead_letter ORDER BY id", Long.class);
        jdbc.update("UPDATE dead_letter SET cause = NULL");
        jdbc.update("DELETE FROM dead_letter_cause");
        assertThat(summary(Map.of()).get("complete").asBoolean()).isFalse();
        assertThat(summary(Map.of()).get("items")).isEmpty();

        causes.fill();

        assertThat(jdbc.queryForList("SELECT cause FROM dead_letter ORDER BY id", Long.class))
                .isEqualTo(before);
        assertThat(summary(Map.of()).get("complete").asBoolean()).isTrue();
        assertThat(summary(Map.of()).get("items")).hasSize(3);
    }
}
