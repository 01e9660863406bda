package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Tests routes/replay-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class ReplayDeadLettersTest extends DeadLetterRouteTest {

    @Test
    void givenAnUnknownId_thenItIsNotFound() {
        for (String id : List.of(NOBODY, "' OR 1=1 --")) {
            assertThat(reason(call("direct:replay-dead-letter", id, ""))).isEqualTo(Reason.NOT_FOUND);
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
}
