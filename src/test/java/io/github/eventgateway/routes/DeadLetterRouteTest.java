package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** The base class for tests of routes that read or change dead letters. It begins each test without any. */
abstract class DeadLetterRouteTest extends RouteTest {

    protected static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    @EndpointInject("mock:kafka:topic-of-each-replay")
    protected MockEndpoint kafka;

    @Autowired
    protected JdbcTemplate jdbc;

    @Autowired
    protected Jobs jobs;

    @Autowired
    private ObjectMapper json;

    @BeforeEach
    void empty() {
        kafka.reset();
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
    }

    /** Stores a dead letter of user_events, as the route does; returns its id. */
    protected String deadLetter(long offset, String reason) {
        RecordHeaders headers = new RecordHeaders();
        Map.of(
                        DeadLetterHeaders.REASON,
                        reason,
                        DeadLetterHeaders.TOPIC,
                        "user_events",
                        DeadLetterHeaders.PARTITION,
                        "0",
                        DeadLetterHeaders.OFFSET,
                        String.valueOf(offset),
                        DeadLetterHeaders.GROUP,
                        "event-gateway-alert",
                        DeadLetterHeaders.FAILED_AT,
                        String.valueOf(1_700_000_000_000L + offset))
                .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        Exchange stored = send(
                "direct:polled-store-dead-letters-user-events",
                new Polled()
                        .add("user_events.dlq", 0, offset, "rubbish " + offset, headers)
                        .batch(),
                Map.of());
        assertThat(stored.getException()).isNull();
        return jdbc.queryForObject("SELECT id FROM dead_letter WHERE source_offset = ?", String.class, offset);
    }

    protected String status(String id) {
        return jdbc.queryForObject("SELECT status FROM dead_letter WHERE id = ?", String.class, id);
    }

    protected Exchange call(String endpoint, String id, String body) {
        Map<String, Object> headers = id == null ? Map.of() : Map.of("id", id);
        return send(endpoint, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    protected JsonNode data(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        Object body = exchange.getMessage().getBody();
        return json.valueToTree(body instanceof Answer answer ? answer.data() : body);
    }

    protected static Reason reason(Exchange exchange) {
        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        return ((GatewayException) exchange.getException()).reason();
    }
}
