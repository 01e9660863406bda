package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.testing.RouteTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/read-audit.camel.yaml. */
class ReadAuditTest extends RouteTest {

    @Autowired
    private AuditTrail audit;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private Jobs jobs;

    /** The number of records from before a test. The test numbers its own records from 1. */
    private long before;

    @BeforeEach
    void recordSome() {
        before = jdbc.queryForObject("SELECT COALESCE(MAX(sequence), 0) FROM audit_record", Long.class);
        audit.call(false, "alice", "GET /api/events", "192.0.2.1", "r1")
                .succeeded(200, List.of("a", "b"))
                .join();
        audit.call(false, "bob", "GET /api/dead-letters", "192.0.2.2", "r2")
                .succeeded(200, List.of())
                .join();
        var replay = audit.call(true, "alice", "POST /api/dead-letters/{id}/replay", "192.0.2.1", "r3");
        replay.begin(Map.of("id", "x-1"), Map.of(), new byte[0]).join();
        // The next record is added after this one, so all earlier ones exist then.
        replay.failed(Reason.REPLAY_REFUSED);
        audit.call(false, "bob", "GET /api/kafka/topics", "192.0.2.2", "r4")
                .succeeded(200, List.of())
                .join();
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

    private List<Long> found(String... parameters) {
        return numbers(answer("direct:find-audit-records", parameters).get("items"));
    }

    private List<Long> numbers(JsonNode items) {
        return items.findValuesAsText("sequence").stream()
                .map(sequence -> Long.parseLong(sequence) - before)
                .filter(number -> number > 0)
                .toList();
    }

    @Test
    void givenNoFilter_thenAllAreFoundNewestFirst() {
        JsonNode items = answer("direct:find-audit-records").get("items");

        assertThat(numbers(items)).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(items.findValuesAsText("outcome")).startsWith("done", "refused", "begun", "done", "done");
        JsonNode refused = items.get(1);
        assertThat(refused.at("/target/id").asText()).isEqualTo("x-1");
        assertThat(refused.at("/detail/begun").asLong()).isEqualTo(before + 3);
        assertThat(refused.at("/status").asInt()).isEqualTo(409);
        assertThat(refused.at("/reason").asText()).isEqualTo("REPLAY_REFUSED");
        assertThat(items.get(4).at("/detail/items").asInt()).isEqualTo(2);
    }

    @Test
    void givenAFilter_thenOnlyMatchesAreFound() {
        assertThat(found("subject", "alice")).containsExactly(4L, 3L, 1L);
        assertThat(found("action", "GET /api/events")).containsExactly(1L);
        assertThat(found("outcome", "begun")).containsExactly(3L);
        assertThat(found("from", "2026-01-01T00:00:00Z", "subject", "bob")).containsExactly(5L, 2L);
        assertThat(found("to", "2026-01-01T00:00:00Z")).isEmpty();
        assertThat(found("subject", "' OR 1=1 --")).isEmpty();
    }

    @Test
    void givenAFilterWithAValueThatNoRecordHas_thenTheAnswerSaysWhichValuesExist() {
        for (String[] wrong : new String[][] {
            {"outcome", "ok", "must be begun, done, refused or failed"},
            {"outcome", "DONE", "must be begun, done, refused or failed"},
            {"action", "/api/events", "GET /api/events"},
            {"action", "get events", "GET /api/events"}
        }) {
            assertThat(ask("direct:find-audit-records", wrong[0], wrong[1]).getException())
                    .isInstanceOfSatisfying(GatewayException.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.INVALID_PARAMETER);
                        assertThat(refused.details()).singleElement().satisfies(fault -> {
                            assertThat(fault.path()).isEqualTo(wrong[0]);
                            assertThat(fault.message()).contains(wrong[2]);
                        });
                    });
        }
        assertThat(found("action", "retention")).isEmpty();
        assertThat(found("action", "*")).as("refusals of different calls").isEmpty();
    }

    @Test
    void givenPages_thenTheCursorsShowEachItemOnce() {
        List<String> found = new ArrayList<>();
        JsonNode page = answer("direct:find-audit-records", "limit", "3");
        assertThat(numbers(page.get("items"))).containsExactly(5L, 4L, 3L);
        found.addAll(page.get("items").findValuesAsText("sequence"));
        while (!page.get("next_cursor").isNull()) {
            String cursor = page.get("next_cursor").asText();
            page = answer("direct:find-audit-records", "limit", "3", "cursor", cursor);
            found.addAll(page.get("items").findValuesAsText("sequence"));
        }

        assertThat(found)
                .containsExactlyElementsOf(LongStream.iterate(before + 5, number -> number > 0, number -> number - 1)
                        .mapToObj(String::valueOf)
                        .toList());
    }

    @Test
    void givenALongVerification_thenItIsShown() {
        Job job = jobs.start("/api/audit/verifications", "alice");

        assertThat(answer("direct:show-verification", "id", job.id())
                        .get("state")
                        .asText())
                .isEqualTo("running");
        assertThat(ask("direct:show-verification", "id", "nobody").getException())
                .isInstanceOf(GatewayException.class);
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
        assertRefused(ask("direct:verify-audit-trail", "after", "7777"), "after");
    }

    private static void assertRefused(Exchange exchange, String... parameters) {
        assertThat(exchange.getException()).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.INVALID_PARAMETER);
            assertThat(refusal.details()).extracting("path").containsExactly((Object[]) parameters);
        });
    }

    @Test
    void theAuditTrailVerifies_untilARecordIsChanged() {
        JsonNode whole = answer("direct:verify-audit-trail");
        assertThat(whole.get("valid").asBoolean()).as(whole.toString()).isTrue();
        assertThat(whole.get("records").asLong()).isEqualTo(before + 5);
        assertThat(whole.get("lost")).isEmpty();

        jdbc.execute("DROP TRIGGER IF EXISTS audit_record_not_updated");
        String change = "UPDATE audit_record SET subject = ? WHERE sequence = ?";
        jdbc.update(change, "mallory", before + 2);
        JsonNode broken = answer("direct:verify-audit-trail");
        assertThat(broken.get("valid").asBoolean()).isFalse();
        assertThat(broken.at("/broken/sequence").asLong()).isEqualTo(before + 2);
        assertThat(broken.at("/broken/problem").asText()).isEqualTo("ALTERED");
        assertThat(answer("direct:verify-audit-trail", "after", String.valueOf(before + 2))
                        .get("valid")
                        .asBoolean())
                .isTrue();
        jdbc.update(change, "bob", before + 2);
    }
}
