package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/triage-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class TriageDeadLettersTest extends RouteTest {

    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    @EndpointInject("mock:kafka:topic-of-each-replay")
    private MockEndpoint kafka;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private Jobs jobs;

    @BeforeEach
    void empty() {
        kafka.reset();
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
    }

    /** Stores a dead letter of user_events, as the route does; returns its id. */
    private String deadLetter(long offset, String reason) {
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

    private String status(String id) {
        return jdbc.queryForObject("SELECT status FROM dead_letter WHERE id = ?", String.class, id);
    }

    private Exchange call(String endpoint, String id, String body) {
        Map<String, Object> headers = id == null ? Map.of() : Map.of("id", id);
        return send(endpoint, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private JsonNode data(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        Object body = exchange.getMessage().getBody();
        return json.valueToTree(body instanceof Answer answer ? answer.data() : body);
    }

    private static Reason reason(Exchange exchange) {
        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        return ((GatewayException) exchange.getException()).reason();
    }

    @Test
    void givenDeadLetters_thenAPageHasTheMatchesNewestFirst() {
        deadLetter(1, "EVENT_INVALID");
        deadLetter(2, "MALFORMED_JSON");
        deadLetter(3, "EVENT_INVALID");

        JsonNode all = data(send("direct:list-dead-letters", null, Map.of()));
        for (String reason : List.of("event_invalid", "EVENT_INVALD", "x")) {
            assertThat(send("direct:list-dead-letters", null, Map.of("reason", reason))
                            .getException())
                    .isInstanceOfSatisfying(GatewayException.class, refused -> assertThat(refused.details())
                            .singleElement()
                            .satisfies(fault -> assertThat(fault.message())
                                    .contains("must be one of", "EVENT_INVALID", "HANDLER_FAILED")));
        }
        Exchange some = send("direct:list-dead-letters", null, Map.of("reason", "EVENT_INVALID", "limit", "1"));

        assertThat(all.get("items").findValuesAsText("offset")).containsExactly("3", "2", "1");
        assertThat(data(some).get("items").findValuesAsText("offset")).containsExactly("3");
        assertThat(data(some).get("next_cursor").isTextual()).isTrue();
        assertThat(some.getMessage().getHeaders()).isEmpty();
    }

    @Test
    void givenAnInvalidFilter_thenItIsRefused() {
        assertThat(reason(send("direct:list-dead-letters", null, Map.of("status", "lost"))))
                .isEqualTo(Reason.INVALID_PARAMETER);
    }

    @Test
    void givenAnId_thenTheDeadLetterIsShownWithItsBytesAndItsHistory() {
        String id = deadLetter(7, "EVENT_INVALID");
        call("direct:discard-dead-letter", id, "{\"reason\":\"no use\"}");

        JsonNode found = data(send("direct:show-dead-letter", null, Map.of("id", id)));

        assertThat(found.at("/value/text").asText()).isEqualTo("rubbish 7");
        assertThat(found.at("/group").asText()).isEqualTo("event-gateway-alert");
        assertThat(found.at("/history/0/outcome").asText()).isEqualTo("discarded");
        assertThat(found.at("/history/0/detail").asText()).isEqualTo("no use");
    }

    @Test
    void givenALongHistory_thenItsEndIsShown() {
        String id = deadLetter(7, "EVENT_INVALID");
        for (int i = 0; i < 103; i++) {
            jdbc.update(
                    "INSERT INTO dead_letter_history (dead_letter_id, at, outcome, detail) VALUES (?, ?, 'refused', ?)",
                    id,
                    OffsetDateTime.now(ZoneOffset.UTC),
                    String.valueOf(i));
        }

        JsonNode found = data(send("direct:show-dead-letter", null, Map.of("id", id)));

        assertThat(found.get("history"))
                .extracting(entry -> entry.get("detail").asInt())
                .containsExactlyElementsOf(IntStream.range(3, 103).boxed().toList());
    }

    @Test
    void givenAnUnknownId_thenItIsNotFound() {
        for (String id : List.of(NOBODY, "' OR 1=1 --")) {
            assertThat(reason(send("direct:show-dead-letter", null, Map.of("id", id))))
                    .isEqualTo(Reason.NOT_FOUND);
            assertThat(reason(call("direct:replay-dead-letter", id, ""))).isEqualTo(Reason.NOT_FOUND);
            assertThat(reason(call("direct:discard-dead-letter", id, "{\"reason\":\"x\"}")))
                    .isEqualTo(Reason.NOT_FOUND);
        }
    }

    @Test
    void givenAReplay_thenItsTopicGetsTheRecordAndASecondReplaySendsNothing() {
        String id = deadLetter(7, "EVENT_INVALID");

        JsonNode first = data(call("direct:replay-dead-letter", id, ""));
        JsonNode second = data(call("direct:replay-dead-letter", id, ""));

        assertThat(first.get("outcome").asText()).isEqualTo("replayed");
        assertThat(second.get("skipped").asInt()).isEqualTo(1);
        assertThat(status(id)).isEqualTo("replayed");
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        Message sent = (Message)
                kafka.getExchanges().get(0).getMessage().getBody(List.class).get(0);
        assertThat(sent.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("user_events");
        assertThat(sent.getHeader(KafkaConstants.KEY)).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
        verify(broker).succeeded();
    }

    @Test
    void givenKafkaRejectsTheReplay_thenTheCallerGetsTheFailureAndTheDeadLetterIsOpenAgain() {
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });
        String id = deadLetter(7, "EVENT_INVALID");

        Exchange exchange = call("direct:replay-dead-letter", id, "");

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
        assertThat(status(id)).isEqualTo("open");
        verify(broker).failed(any(TimeoutException.class));
        verify(broker, never()).succeeded();
    }

    @Test
    void givenTheCircuitBreakerIsOpen_thenNothingIsSentAndTheDeadLetterIsOpenAgain() {
        doThrow(new GatewayException(Reason.KAFKA_UNAVAILABLE)).when(broker).check();
        String id = deadLetter(7, "EVENT_INVALID");

        Exchange exchange = call("direct:replay-dead-letter", id, "");

        assertThat(reason(exchange)).isEqualTo(Reason.KAFKA_UNAVAILABLE);
        assertThat(status(id)).isEqualTo("open");
        assertThat(kafka.getReceivedCounter()).isZero();
        verify(broker, never()).failed(any());
    }

    @Test
    void givenADryRun_thenItCountsAndReplaysNothing() {
        deadLetter(1, "EVENT_INVALID");
        deadLetter(2, "MALFORMED_JSON");

        JsonNode counted = data(call(
                "direct:replay-dead-letters", null, "{\"filter\":{\"reason\":\"EVENT_INVALID\"},\"dry_run\":true}"));

        assertThat(counted.get("matched").asInt()).isEqualTo(1);
        assertThat(counted.get("replayed").asInt()).isZero();
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    @Test
    void givenABulkReplay_thenAllThatMatchAreReplayedInTheOrderOfTheirPartition() {
        for (long offset : new long[] {3, 1, 2}) {
            deadLetter(offset, "EVENT_INVALID");
        }
        String other = deadLetter(4, "MALFORMED_JSON");

        JsonNode done = data(call("direct:replay-dead-letters", null, "{\"filter\":{\"reason\":\"EVENT_INVALID\"}}"));

        assertThat(done.get("matched").asInt()).isEqualTo(3);
        assertThat(done.get("replayed").asInt()).isEqualTo(3);
        assertThat(done.get("remaining").asInt()).isZero();
        assertThat(status(other)).isEqualTo("open");
        assertThat(jdbc.queryForList(
                        "SELECT source_offset FROM dead_letter_history h JOIN dead_letter d ON d.id = h.dead_letter_id"
                                + " WHERE h.outcome = 'replayed' ORDER BY h.number",
                        Long.class))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void givenKafkaFailsTimeAndAgain_thenABulkReplayStopsAndSaysWhatRemains() {
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });
        for (long offset = 1; offset <= 5; offset++) {
            deadLetter(offset, "EVENT_INVALID");
        }

        JsonNode done = data(call("direct:replay-dead-letters", null, "{\"filter\":{}}"));

        assertThat(done.get("failed").asInt()).isEqualTo(3);
        assertThat(done.get("remaining").asInt()).isEqualTo(2);
        assertThat(kafka.getReceivedCounter()).isEqualTo(3);
    }

    @Test
    void givenABulkReplayWithoutAFilter_thenItIsRefused() {
        assertThat(reason(call("direct:replay-dead-letters", null, "{}"))).isEqualTo(Reason.REQUEST_INVALID);
    }

    @Test
    void givenALongBulkReplay_thenItIsListedShownAndStopped() {
        Job job = jobs.start("/api/dead-letters/replays", "alice");

        assertThat(data(send("direct:list-replays", null, Map.of()))
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(job.id());
        assertThat(data(send("direct:show-replay", null, Map.of("id", job.id())))
                        .get("started_by")
                        .asText())
                .isEqualTo("alice");
        Exchange stopped = send("direct:stop-replay", null, Map.of("id", job.id()));

        assertThat(data(stopped).get("id").asText()).isEqualTo(job.id());
        assertThat(stopped.getProperty("message")).isEqualTo("jobs.stopping");
        assertThat(job.isStopped()).isTrue();
        for (String route : List.of("direct:show-replay", "direct:stop-replay")) {
            assertThat(reason(send(route, null, Map.of("id", "'), show('x")))).isEqualTo(Reason.NOT_FOUND);
        }
    }

    @Test
    void givenADiscard_thenItIsKeptWithItsReasonAndCannotBeReplayed() {
        String id = deadLetter(7, "EVENT_INVALID");

        Exchange exchange = call("direct:discard-dead-letter", id, "{\"reason\":\"no use\"}");

        assertThat(data(exchange).get("status").asText()).isEqualTo("discarded");
        assertThat(exchange.getProperty("message")).isEqualTo("dead-letters.discarded");
        assertThat(reason(call("direct:replay-dead-letter", id, ""))).isEqualTo(Reason.DEAD_LETTER_NOT_OPEN);
        assertThat(kafka.getReceivedCounter()).isZero();
    }
}
