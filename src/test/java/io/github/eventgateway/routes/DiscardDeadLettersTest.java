package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;

/** Tests routes/discard-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class DiscardDeadLettersTest extends DeadLetterRouteTest {

    private Exchange discard(String body) {
        return call("direct:discard-dead-letters", null, body);
    }

    @Test
    void givenAnUnknownId_thenItIsNotFound() {
        for (String id : List.of(NOBODY, "' OR 1=1 --")) {
            assertThat(reason(call("direct:discard-dead-letter", id, "{\"reason\":\"x\"}")))
                    .isEqualTo(Reason.NOT_FOUND);
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

    @Test
    void givenAFilterWithoutMatches_thenNothingIsDiscarded() {
        Exchange exchange = discard("{\"filter\": {\"topic\": \"no_such_topic\"}, \"reason\": \"no use\"}");

        assertThat(data(exchange).toString())
                .isEqualTo("{\"dry_run\":false,\"matched\":0,\"discarded\":0,\"skipped\":0,\"remaining\":0}");
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
    }

    @Test
    void givenNoFilter_orNoReason_thenItIsRefused() {
        assertThat(reason(discard("{\"reason\": \"no use\"}"))).isEqualTo(Reason.REQUEST_INVALID);
        assertThat(reason(discard("{\"filter\": {}}"))).isEqualTo(Reason.REQUEST_INVALID);
    }

    @Test
    void givenALongBulkDiscard_thenItIsListedShownAndStopped() {
        Job job = jobs.start("/api/dead-letters/discards", "alice");

        assertThat(data(send("direct:list-discards", null, Map.of()))
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(job.id());
        assertThat(data(send("direct:show-discard", null, Map.of("id", job.id())))
                        .get("started_by")
                        .asText())
                .isEqualTo("alice");
        Exchange stopped = send("direct:stop-discard", null, Map.of("id", job.id()));

        assertThat(stopped.getProperty("message")).isEqualTo("jobs.stopping");
        assertThat(job.isStopped()).isTrue();
        for (String route : List.of("direct:show-discard", "direct:stop-discard")) {
            assertThat(reason(send(route, null, Map.of("id", "'), show('x")))).isEqualTo(Reason.NOT_FOUND);
        }
    }
}
