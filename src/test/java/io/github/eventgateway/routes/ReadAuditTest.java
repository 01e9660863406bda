package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.audit.AuditTrail;
import io.github.eventgateway.testing.RouteTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/read-audit.camel.yaml. */
class ReadAuditTest extends RouteTest {

    private static final String NO_MAC = "0".repeat(64);

    @Autowired
    private AuditTrail audit;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @BeforeEach
    void recordSome() {
        jdbc.execute("DROP TRIGGER IF EXISTS audit_record_not_updated");
        jdbc.execute("DROP TRIGGER IF EXISTS audit_record_not_deleted");
        jdbc.update("DELETE FROM audit_record");
        jdbc.update("UPDATE audit_head SET sequence = 0, mac = ?", NO_MAC);
        audit.call(false, "alice", "GET /api/events", "192.0.2.1", "r1").succeeded(200, List.of("a", "b"));
        audit.call(false, "bob", "GET /api/dead-letters", "192.0.2.2", "r2").succeeded(200, List.of());
        var replay = audit.call(true, "alice", "POST /api/dead-letters/{id}/replay", "192.0.2.1", "r3");
        replay.begin(Map.of("id", "x-1"), Map.of(), new byte[0]);
        // The next one is recorded after it, so that all are there.
        replay.failed(Reason.REPLAY_REFUSED);
        audit.call(false, "bob", "GET /api/kafka/topics", "192.0.2.2", "r4").succeeded(200, List.of());
    }

    private Exchange ask(String endpoint, String... parameters) {
        Map<String, Object> headers = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            headers.put(parameters[i], parameters[i + 1]);
        }
        return send(endpoint, null, headers);
    }

    private JsonNode answer(String endpoint, String... parameters) {
        Exchange exchange = ask(endpoint, parameters);
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        return json.valueToTree(exchange.getMessage().getBody());
    }

    private List<String> found(String... parameters) {
        return answer("direct:find-audit-records", parameters).get("items").findValuesAsText("sequence");
    }

    @Test
    void givenNoFilter_thenAllComeNewestFirst() {
        JsonNode items = answer("direct:find-audit-records").get("items");

        assertThat(items.findValuesAsText("sequence")).containsExactly("5", "4", "3", "2", "1");
        assertThat(items.findValuesAsText("outcome")).containsExactly("done", "refused", "begun", "done", "done");
        JsonNode refused = items.get(1);
        assertThat(refused.at("/target/id").asText()).isEqualTo("x-1");
        assertThat(refused.at("/detail/begun").asLong()).isEqualTo(3);
        assertThat(refused.at("/status").asInt()).isEqualTo(409);
        assertThat(refused.at("/reason").asText()).isEqualTo("REPLAY_REFUSED");
        assertThat(items.get(4).at("/detail/items").asInt()).isEqualTo(2);
    }

    @Test
    void givenAFilter_thenOnlyWhatMatchesComes() {
        assertThat(found("subject", "alice")).containsExactly("4", "3", "1");
        assertThat(found("action", "GET /api/events")).containsExactly("1");
        assertThat(found("outcome", "begun")).containsExactly("3");
        assertThat(found("from", "2026-01-01T00:00:00Z", "subject", "bob")).containsExactly("5", "2");
        assertThat(found("to", "2026-01-01T00:00:00Z")).isEmpty();
        assertThat(found("subject", "' OR 1=1 --")).isEmpty();
    }

    @Test
    void givenPages_thenTheCursorLeadsThroughAllOfThemOnce() {
        JsonNode first = answer("direct:find-audit-records", "limit", "3");
        assertThat(first.get("items").findValuesAsText("sequence")).containsExactly("5", "4", "3");

        JsonNode last = answer(
                "direct:find-audit-records",
                "limit",
                "3",
                "cursor",
                first.get("next_cursor").asText());

        assertThat(last.get("items").findValuesAsText("sequence")).containsExactly("2", "1");
        assertThat(last.get("next_cursor").isNull()).isTrue();
    }

    @Test
    void givenWrongParameters_thenEachIsNamed() {
        assertRefused(
                ask(
                        "direct:find-audit-records",
                        "subject",
                        "",
                        "outcome",
                        "x".repeat(301),
                        "from",
                        "yesterday",
                        "to",
                        "+99999-01-01T00:00:00Z",
                        "cursor",
                        "-1",
                        "limit",
                        "0"),
                "subject",
                "outcome",
                "from",
                "to",
                "cursor",
                "limit");
        assertRefused(ask("direct:verify-audit-trail", "anchor", "1.xyz", "after", "-1"), "anchor", "after");
        assertRefused(ask("direct:verify-audit-trail", "after", "77"), "after");
    }

    private static void assertRefused(Exchange exchange, String... parameters) {
        assertThat(exchange.getException()).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
            assertThat(refusal.details()).extracting("path").containsExactly((Object[]) parameters);
        });
    }

    @Test
    void theTrailIsWhole_untilARecordIsChanged() {
        JsonNode whole = answer("direct:verify-audit-trail");
        assertThat(whole.get("valid").asBoolean()).as(whole.toString()).isTrue();
        assertThat(whole.get("records").asInt()).isEqualTo(5);

        jdbc.update("UPDATE audit_record SET subject = 'mallory' WHERE sequence = 2");
        JsonNode broken = answer("direct:verify-audit-trail");
        assertThat(broken.get("valid").asBoolean()).isFalse();
        assertThat(broken.at("/broken/sequence").asInt()).isEqualTo(2);
        assertThat(broken.at("/broken/problem").asText()).isEqualTo("ALTERED");
        assertThat(answer("direct:verify-audit-trail", "after", "2")
                        .get("valid")
                        .asBoolean())
                .isTrue();
    }
}
