package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.testing.RouteTest;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/summarise-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class SummariseDeadLettersTest extends RouteTest {

    @Autowired
    private ObjectMapper json;

    @Test
    void givenNoDeadLetters_thenThereAreNoCauses() {
        Exchange exchange = send("direct:summarise-dead-letters", null, Map.of("status", "open"));

        assertThat(exchange.getException()).isNull();
        JsonNode summary = json.valueToTree(exchange.getMessage().getBody());
        assertThat(summary.toString())
                .isEqualTo("{\"items\":[],\"causes\":0,\"dead_letters\":0,\"bucket\":\"day\",\"complete\":true}");
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "bucket,week",
        "bucket,minute",
        "limit,101",
        "cause,42",
        "cause,zzzzzzzzzzzzzzzz",
        "status,lost",
        "from,yesterday"
    })
    void givenAnInvalidFilter_thenItIsRefused(String name, String value) {
        Exchange exchange = send("direct:summarise-dead-letters", null, Map.of(name, value));

        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        GatewayException refusal = (GatewayException) exchange.getException();
        assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
        assertThat(refusal.details()).extracting(Violation::path).containsExactly(name);
    }

    @Test
    void givenTooManyBuckets_thenTheyAreRefused() {
        Map<String, Object> month =
                Map.of("bucket", "minute", "from", "2026-01-01T00:00:00Z", "to", "2026-02-01T00:00:00Z");

        assertThat(send("direct:summarise-dead-letters", null, month).getException())
                .isInstanceOf(GatewayException.class);
    }
}
