package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.deadletter.SealedRecords;
import io.github.eventgateway.seal.SharedSecret;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/alert-on-errors.camel.yaml with routes/handle-events.camel.yaml. */
@MockEndpointsAndSkip("direct:dead-letter-records|bean:webhooks.*")
class AlertOnErrorsTest extends RouteTest {

    private static final List<String> PLACES = new ArrayList<>();
    private static final String POLLED = "direct:polled-alert-on-errors";

    @EndpointInject("mock:bean:webhooks")
    private MockEndpoint webhook;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @Autowired
    private SharedSecret secret;

    @Autowired
    private ObjectMapper json;

    private static volatile String failingPlace;

    /** Two records in Kafka never have the same position. */
    private static int partition = 100;

    @BeforeEach
    void reset() {
        partition++;
        failingPlace = null;
        webhook.reset();
        deadLetters.reset();
    }

    /** Adds a failing step before and after every step of the alert routes; a test activates one of them. */
    @Override
    protected void advise() throws Exception {
        for (String route : List.of("alert-on-errors", "send-alert", "dead-letter-event")) {
            FailingPlaces.add(context, route, this::failing);
        }
    }

    private Processor failing(String place) {
        PLACES.add(place);
        return exchange -> {
            if (place.equals(failingPlace)) {
                throw new IllegalStateException("made to fail");
            }
        };
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
        assertThat(headers).containsOnlyKeys("Content-Type", "Idempotency-Key").containsEntry("Idempotency-Key", "e2");
        assertThat(polled.committed("system_logs", 0)).hasValue(5);
        assertThat(polled.committed("system_logs", 1)).hasValue(10);
    }

    @Test
    void givenTheWebhookFails_thenItIsRetriedAndThenDeadLetteredWithItsAttempts() {
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
    void givenTheDeadLetterCannotBeWrittenEither_thenNothingIsCommitted() {
        webhookAnswers(400);
        deadLetters.whenAnyExchangeReceived(exchange -> {
            throw new org.apache.kafka.common.errors.TimeoutException("no broker");
        });
        Polled polled = new Polled()
                .add("system_logs", partition, 1, error("e1", "error"))
                .add("system_logs", partition, 2, error("e2", "error"));

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNotNull();
        assertThat(polled.committed()).isEmpty();
        assertThat(webhook.getReceivedCounter()).isEqualTo(1);
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(6);
    }

    /** When the webhook refuses the second alert. */
    private enum Refused {
        NEVER,
        ALWAYS,
        UNTIL_READ_AGAIN
    }

    /** Returns the outcome of the events in order: {@code sent e1}, {@code dead e2}, {@code read again}. */
    private List<String> outcome(String place, Refused second) {
        reset();
        List<String> order = new ArrayList<>();
        webhook.whenAnyExchangeReceived(exchange -> {
            Object id = exchange.getMessage().getHeader("Idempotency-Key");
            boolean isRefused =
                    second == Refused.ALWAYS || second == Refused.UNTIL_READ_AGAIN && !order.contains("read again");
            if (isRefused && id.equals("e2")) {
                throw new HttpOperationFailedException("http://webhook", 400, "", null, Map.of(), "");
            }
            order.add("sent " + id);
        });
        deadLetters.whenAnyExchangeReceived(
                exchange -> ((List<?>) exchange.getMessage().getBody())
                        .forEach(dead -> order.add("dead e" + ((RejectedRecord) dead).offset())));
        Polled polled = batch(1);
        failingPlace = place;
        Exchange exchange = send(POLLED, polled.batch(), Map.of());
        failingPlace = null;
        if (exchange.getException() != null) {
            order.add("read again");
            Polled rest = batch(polled.committed("system_logs", partition).orElse(1L));
            assertThat(send(POLLED, rest.batch(), Map.of()).getException())
                    .as("the second time, %s", place)
                    .isNull();
        }
        return order;
    }

    private static void assertSentOrDead(String place, List<String> order) {
        for (int i = 1; i <= 3; i++) {
            int sent = order.lastIndexOf("sent e" + i);
            int dead = order.indexOf("dead e" + i);
            assertThat(sent >= 0 || dead >= 0).as("%s: %s", place, order).isTrue();
            assertThat(dead < 0 || sent < dead).as("%s: %s", place, order).isTrue();
        }
    }

    @Test
    void givenAnyStepFails_thenAnAlertIsNeverSentAfterItsDeadLetter_andNoneIsLost() {
        assertThat(PLACES)
                .hasSizeGreaterThan(40)
                .contains("before post-alert", "after try-handler", "before reject-event");
        for (String place : PLACES) {
            List<String> order = outcome(place, Refused.NEVER);

            assertSentOrDead(place, order);
            assertThat(order.stream().filter(one -> one.startsWith("dead")))
                    .as(place)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void givenAnyStepOfAHandlerFails_thenEachAlertIsDeadLetteredOnceAndNotSent() {
        List<String> before =
                PLACES.subList(PLACES.indexOf("before when-severe"), PLACES.indexOf("before post-alert") + 1);
        assertThat(before).hasSizeGreaterThan(10);
        for (String place : before) {
            boolean afterTheCall =
                    List.of("after when-severe", "after when-a-webhook-is-set").contains(place);

            List<String> order = outcome(place, Refused.NEVER);

            assertThat(order.stream().filter(one -> one.startsWith("dead")))
                    .as(place)
                    .containsExactly("dead e1", "dead e2", "dead e3");
            assertThat(order.stream().anyMatch(one -> one.startsWith("sent")))
                    .as("%s: %s", place, order)
                    .isEqualTo(afterTheCall);
        }
    }

    /**
     * After the dead letter a failure cannot be undone. The batch is read again, and the table keeps one dead letter.
     */
    @Test
    void givenAHandlerFails_andAnyStepAfterItToo_thenItsAlertIsDeadLetteredOnceAndNotSent() {
        List<String> again = List.of(
                "after dead-letter-rejected-event",
                "before commit-dead-lettered-event",
                "after commit-dead-lettered-event",
                "after hand-over-given-up-event");
        for (String place : PLACES) {
            List<String> order = outcome(place, Refused.ALWAYS);

            assertSentOrDead(place, order);
            assertThat(order).as(place).doesNotContain("sent e2");
            assertThat(order.stream().filter("dead e2"::equals))
                    .as("%s: %s", place, order)
                    .hasSizeBetween(1, again.contains(place) ? Integer.MAX_VALUE : 1);
        }
    }

    /** The batch is read again, and the webhook works by then. */
    @Test
    void givenAHandlerFailsOnce_andAnyStepAfterItToo_thenItsAlertIsNotSentAfterItsDeadLetter() {
        for (String place : PLACES) {
            assertSentOrDead(place, outcome(place, Refused.UNTIL_READ_AGAIN));
        }
    }

    @Test
    void givenTheCommitAfterADeadLetterFails_thenTheAlertIsNotSentAfterwards() {
        List<String> order = outcome("before commit-dead-lettered-event", Refused.UNTIL_READ_AGAIN);

        assertThat(order).containsExactly("sent e1", "dead e2", "read again", "sent e1", "dead e2", "sent e3");
    }

    @Test
    void givenALaterAlertCannotBeDeadLettered_thenTheEarlierOneIsNotReadAgain() {
        webhookAnswers(400);
        deadLetters.whenAnyExchangeReceived(exchange -> {
            if (deadLetters.getReceivedCounter() > 1) {
                throw new org.apache.kafka.common.errors.TimeoutException("no broker");
            }
        });
        Polled polled = batch(1);

        assertThat(send(POLLED, polled.batch(), Map.of()).getException()).isNotNull();

        assertThat(webhook.getReceivedCounter()).isEqualTo(2);
        assertThat(polled.committed("system_logs", partition)).hasValue(2);
    }

    private static Polled batch(long first) {
        Polled polled = new Polled();
        for (long i = first; i <= 3; i++) {
            polled.add("system_logs", partition, i, error("e" + i, "error"));
        }
        return polled;
    }

    @Test
    void givenAStepBeforeTheCallFails_thenTheAlertIsDeadLetteredOnceAndNotSent() {
        failingPlace = "before post-alert";
        Polled polled = batch(3);

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(webhook.getReceivedCounter()).isZero();
        assertThat(rejected(deadLetters)).singleElement().satisfies(dead -> {
            assertThat(dead.message()).isEqualTo("a step of the handler failed");
            assertThat(dead.attempts()).isEqualTo(4);
        });
        assertThat(polled.committed("system_logs", partition)).hasValue(4);
    }

    @Test
    void givenAReplayForTheStoreGroup_thenNobodyIsAlertedAgain() {
        Map<String, String> ofStore = Map.of(DeadLetterHeaders.REPLAY_GROUP, "event-gateway-store");
        Headers replay = SealedRecords.replay(
                secret,
                "system_logs",
                "key".getBytes(StandardCharsets.UTF_8),
                error("e1", "error").getBytes(StandardCharsets.UTF_8),
                ofStore);

        send(
                POLLED,
                new Polled()
                        .add("system_logs", 0, 1, error("e1", "error"), replay)
                        .batch(),
                Map.of());
        assertThat(webhook.getReceivedCounter()).isZero();

        send(
                POLLED,
                new Polled()
                        .add("system_logs", 0, 2, error("e2", "error"), SealedRecords.unsealed(ofStore))
                        .batch(),
                Map.of());
        assertThat(webhook.getReceivedCounter())
                .as("a header that any program can write")
                .isEqualTo(1);
    }
}
