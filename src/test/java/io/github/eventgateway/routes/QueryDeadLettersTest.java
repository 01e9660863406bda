package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.Test;

/** Tests routes/query-dead-letters.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class QueryDeadLettersTest extends DeadLetterRouteTest {

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
        }
    }
}
