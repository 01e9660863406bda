package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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

/** Tests routes/stream-events.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class StreamEventsTest extends RouteTest {

    private static final OffsetDateTime TIME = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM event");
        jdbc.update("DELETE FROM event_batch");
    }

    private void store(String id, String username) {
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, username, payload)"
                        + " VALUES (?, 'user_login', 'user_events', 0, 0, ?, ?, ?, ?)",
                id,
                TIME,
                TIME,
                username,
                "{\"id\":\"%s\",\"type\":\"user_login\",\"timestamp\":\"%s\",\"data\":{\"username\":\"%s\"}}"
                        .formatted(id, TIME.toInstant(), username));
        jdbc.update(
                "INSERT INTO event_batch (stored_at, ids) VALUES ('2099-01-01T00:00:00.000000Z', ?)",
                "[\"" + id + "\"]");
    }

    private StreamedAnswer stream(Map<String, Object> asked) {
        Exchange exchange = send("direct:stream-events", null, new HashMap<>(asked));
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        return exchange.getMessage().getBody(StreamedAnswer.class);
    }

    private static String read(StreamedAnswer answer) {
        return new String(answer.next(), StandardCharsets.UTF_8);
    }

    @Test
    void matchingEvents_followTheLastId() {
        StreamedAnswer fresh = stream(Map.of());
        String start = read(fresh)
                .lines()
                .filter(line -> line.startsWith("id: "))
                .findFirst()
                .orElseThrow();
        fresh.close();
        store("a", "ann");
        store("b", "bob");

        StreamedAnswer answer = stream(Map.of("username", "bob", "Last-Event-ID", start.substring(4)));
        try {
            assertThat(answer.contentType()).isEqualTo("text/event-stream");
            assertThat(read(answer)).contains("retry: ");
            assertThat(read(answer))
                    .contains("\"id\":\"b\"", "\"data\":{\"username\":\"bob\"}")
                    .doesNotContain("ann")
                    .endsWith("}\n\n");
            assertThat(answer.audited()).containsEntry("items", 1L);
        } finally {
            answer.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"Last-Event-ID,here", "from,yesterday", "type,''"})
    void givenAnInvalidFilter_thenItIsRefused(String name, String value) {
        Exchange exchange = send("direct:stream-events", null, Map.of(name, value));

        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        assertThat(((GatewayException) exchange.getException()).reason()).isEqualTo(Reason.INVALID_PARAMETER);
    }
}
