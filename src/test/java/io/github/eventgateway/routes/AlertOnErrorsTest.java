package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/alert-on-errors.camel.yaml. */
@MockEndpointsAndSkip("direct:dead-letter-records|http:.*")
class AlertOnErrorsTest extends RouteTest {

    private static final String POLLED = "direct:polled-alert-on-errors";

    @EndpointInject("mock:http:127.0.0.1:1/webhook")
    private MockEndpoint webhook;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @Autowired
    private ObjectMapper json;

    @BeforeEach
    void reset() {
        webhook.reset();
        deadLetters.reset();
    }

    private static String error(String id, String level) {
        return """
                {"id":"%s","type":"system_error","timestamp":"2026-01-01T00:00:00Z",
                 "data":{"service":"billing","error":"boom","level":"%s","details":{"code":7}}}""".formatted(id, level);
    }

    private void webhookAnswers(int status) {
        webhook.whenAnyExchangeReceived(exchange -> {
            throw new HttpOperationFailedException("http://webhook", status, "", null, Map.of(), "secret answer");
        });
    }

    @Test
    void givenErrorsAndOthers_thenTheWebhookGetsErrorsAndFatalOnesInOrder() throws Exception {
        Polled polled = new Polled()
                .add("system_logs", 0, 1, error("e1", "error"))
                .add("system_logs", 0, 2, error("w1", "warn"))
                .add("system_logs", 0, 3, "{\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\"}}")
                .add("system_logs", 0, 4, "rubbish")
                .add("system_logs", 1, 9, error("e2", "fatal"));
        webhook.expectedMessageCount(2);

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        webhook.assertIsSatisfied();
        JsonNode first =
                json.readTree(webhook.getExchanges().get(0).getMessage().getBody(byte[].class));
        assertThat(first).isEqualTo(json.readTree("""
                        {"id":"e1","type":"system_error","timestamp":"2026-01-01T00:00:00Z","service":"billing",
                         "level":"error","error":"boom","details":{"code":7}}"""));
        Map<String, Object> headers = webhook.getExchanges().get(1).getMessage().getHeaders();
        assertThat(headers)
                .containsOnlyKeys("CamelHttpMethod", "Content-Type", "Idempotency-Key")
                .containsEntry("Idempotency-Key", "e2");
        assertThat(polled.committed("system_logs", 0)).hasValue(5);
        assertThat(polled.committed("system_logs", 1)).hasValue(10);
    }

    @Test
    void givenTheWebhookFails_thenItIsTriedAgainAndThenDeadLetteredWithItsAttempts() {
        webhookAnswers(503);
        Polled polled = new Polled()
                .add("system_logs", 0, 1, error("e1", "error"))
                .add("system_logs", 0, 2, error("e2", "error"));

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(webhook.getReceivedCounter()).isEqualTo(8);
        assertThat(time.waits()).containsExactly(1000L, 2000L, 4000L, 1000L, 2000L, 4000L);
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(2);
        RejectedRecord dead = (RejectedRecord) deadLetters
                .getExchanges()
                .get(0)
                .getMessage()
                .getBody(List.class)
                .get(0);
        assertThat(dead.reason()).isEqualTo("HANDLER_FAILED");
        assertThat(dead.attempts()).isEqualTo(4);
        assertThat(dead.group()).isEqualTo("event-gateway-alert");
        assertThat(dead.message()).isEqualTo("the webhook answered 503");
        assertThat(dead.value()).isEqualTo(error("e1", "error").getBytes(StandardCharsets.UTF_8));
        assertThat(polled.committed("system_logs", 0)).hasValue(3);
    }

    @Test
    void givenTheWebhookRefusesIt_thenItIsDeadLetteredAtOnce() {
        webhookAnswers(400);

        Polled polled = new Polled()
                .add("system_logs", 0, 1, error("e1", "error"))
                .add("system_logs", 0, 2, error("e2", "error"));

        send(POLLED, polled.batch(), Map.of());

        assertThat(webhook.getReceivedCounter()).isEqualTo(2);
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(2);
        assertThat(polled.committed("system_logs", 0)).hasValue(3);
    }

    @Test
    void givenNotEvenTheDeadLetterCanBeWritten_thenNothingIsCommitted() {
        webhookAnswers(400);
        deadLetters.whenAnyExchangeReceived(exchange -> {
            throw new org.apache.kafka.common.errors.TimeoutException("no broker");
        });
        Polled polled = new Polled()
                .add("system_logs", 0, 1, error("e1", "error"))
                .add("system_logs", 0, 2, error("e2", "error"));

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNotNull();
        assertThat(polled.committed()).isEmpty();
        assertThat(webhook.getReceivedCounter()).isEqualTo(1);
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(6);
    }

    @Test
    void givenAReplayForTheStoreGroup_thenNobodyIsAlertedAgain() {
        RecordHeaders headers = new RecordHeaders();
        headers.add(DeadLetterHeaders.REPLAY_GROUP, "event-gateway-store".getBytes(StandardCharsets.UTF_8));

        send(
                POLLED,
                new Polled()
                        .add("system_logs", 0, 1, error("e1", "error"), headers)
                        .batch(),
                Map.of());

        assertThat(webhook.getReceivedCounter()).isZero();
    }
}
