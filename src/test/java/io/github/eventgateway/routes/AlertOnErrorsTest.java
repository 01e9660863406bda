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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
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

    @BeforeEach
    void reset() {
        failingPlace = null;
        webhook.reset();
        deadLetters.reset();
    }

    /** Adds a failing step before and after every step of the alert routes; a test activates one of them. */
    @Override
    protected void advise() throws Exception {
        for (String route : List.of("alert-on-errors", "send-alert", "dead-letter-event")) {
            AdviceWith.adviceWith(context, route, advice -> {
                for (ProcessorDefinition<?> step : steps(advice.getOriginalRoute())) {
                    advice.weaveById(step.getId()).before().process(failing("before " + step.getId()));
                    advice.weaveById(step.getId()).after().process(failing("after " + step.getId()));
                }
            });
        }
    }

    /** Returns the steps of a route, including those in {@code doCatch}. */
    private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
        return route.getOutputs().stream().flatMap(AlertOnErrorsTest::all).toList();
    }

    private static Stream<ProcessorDefinition<?>> all(ProcessorDefinition<?> step) {
        boolean isStep = step.getId() != null && !(step instanceof CatchDefinition);
        Stream<ProcessorDefinition<?>> below = step.getOutputs().stream().flatMap(AlertOnErrorsTest::all);
        return isStep ? Stream.concat(Stream.of(step), below) : below;
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
        Polled polled = Polled.ofNewRecords()
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
        Polled polled = Polled.ofNewRecords()
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
        assertThat(dead.consumer().group()).isEqualTo("event-gateway-alert");
        assertThat(dead.message()).isEqualTo("the webhook answered 503");
        assertThat(dead.record().value()).isEqualTo(error("e1", "error").getBytes(StandardCharsets.UTF_8));
        assertThat(polled.committed("system_logs", 0)).hasValue(3);
    }

    @Test
    void givenTheWebhookRefusesIt_thenItIsDeadLetteredAtOnce() {
        webhookAnswers(400);

        Polled polled = Polled.ofNewRecords()
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
        Polled polled = Polled.ofNewRecords()
                .add("system_logs", 0, 1, error("e1", "error"))
                .add("system_logs", 0, 2, error("e2", "error"));

        Exchange exchange = send(POLLED, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNotNull();
        assertThat(polled.committed()).isEmpty();
        assertThat(webhook.getReceivedCounter()).isEqualTo(1);
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(6);
    }

    /** Returns the outcome of the events in order: {@code sent e1}, {@code dead e2}, {@code read again}. */
    private List<String> outcome(String place, boolean refusesSecond) {
        reset();
        List<String> order = new ArrayList<>();
        Set<String> failed = new HashSet<>();
        webhook.whenAnyExchangeReceived(exchange -> {
            Object id = exchange.getMessage().getHeader("Idempotency-Key");
            // The webhook works again when the batch is read again.
            if (refusesSecond && id.equals("e2") && failed.add("e2")) {
                throw new HttpOperationFailedException("http://webhook", 400, "", null, Map.of(), "");
            }
            order.add("sent " + id);
        });
        deadLetters.whenAnyExchangeReceived(
                exchange -> ((List<?>) exchange.getMessage().getBody())
                        .forEach(dead -> order.add(
                                "dead e" + ((RejectedRecord) dead).record().offset())));
        Polled polled = batch(1);
        failingPlace = place;
        Exchange exchange = send(POLLED, polled.batch(), Map.of());
        failingPlace = null;
        if (exchange.getException() != null) {
            order.add("read again");
            assertThat(send(POLLED, polled.uncommitted().batch(), Map.of()).getException())
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
        assertThat(PLACES).hasSizeGreaterThan(30).contains("before post-alert", "after try-handler");
        for (String place : PLACES) {
            List<String> order = outcome(place, false);

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

            List<String> order = outcome(place, false);

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
        List<String> twice = List.of("after dead-letter-rejected-event", "before commit-dead-lettered-event");
        for (String place : PLACES) {
            List<String> order = outcome(place, true);

            assertSentOrDead(place, order);
            assertThat(order).as(place).doesNotContain("sent e2");
            assertThat(order.stream().filter("dead e2"::equals))
                    .as("%s: %s", place, order)
                    .hasSize(twice.contains(place) ? 2 : 1);
        }
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
        assertThat(polled.committed("system_logs", 0)).hasValue(2);
    }

    private static Polled batch(long first) {
        Polled polled = Polled.ofNewRecords();
        for (long i = first; i <= 3; i++) {
            polled.add("system_logs", 0, i, error("e" + i, "error"));
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
        assertThat(polled.committed("system_logs", 0)).hasValue(4);
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
                Polled.ofNewRecords()
                        .add("system_logs", 0, 1, error("e1", "error"), replay)
                        .batch(),
                Map.of());
        assertThat(webhook.getReceivedCounter()).isZero();

        send(
                POLLED,
                Polled.ofNewRecords()
                        .add("system_logs", 0, 2, error("e2", "error"), SealedRecords.unsealed(ofStore))
                        .batch(),
                Map.of());
        assertThat(webhook.getReceivedCounter())
                .as("a header that any program can write")
                .isEqualTo(1);
    }
}
