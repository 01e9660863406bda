package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/discard-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class DiscardDeadLettersTest extends RouteTest {

    @Autowired
    private ObjectMapper json;

    @Autowired
    private Jobs jobs;

    private Exchange discard(String body) {
        return send("direct:discard-dead-letters", body.getBytes(StandardCharsets.UTF_8), Map.of());
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
