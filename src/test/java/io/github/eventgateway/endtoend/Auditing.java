package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every call that changes or shows something leaves an audit record. Published events do not. */
interface Auditing extends EndToEndScenario {

    @Test
    default void aQueryIsRecordedBeforeItIsAnswered_withItsFilters_andWithoutTheAnswer() {
        String user = unique();
        Reply asked = gateway().get("/api/events?username=" + user + "&limit=3");

        JsonNode record = audited(asked).get(0);
        assertThat(record.get("action").asText()).isEqualTo("GET /api/events");
        assertThat(record.get("subject").asText()).isNotEmpty();
        assertThat(record.get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(record.get("outcome").asText()).isEqualTo("done");
        assertThat(record.get("status").asInt()).isEqualTo(200);
        assertThat(record.at("/target/username").asText()).isEqualTo(user);
        assertThat(record.at("/detail/items").asInt()).isZero();
    }

    @Test
    default void aChangeIsRecordedBeforeItTakesEffect_andWithItsOutcome() {
        Reply sent = gateway().post("/api/kafka/test", "{\"message\": \"very private\"}");
        List<JsonNode> records = audited(sent);

        assertThat(records).hasSize(2);
        JsonNode end = records.get(0);
        JsonNode begun = records.get(1);
        assertThat(begun.get("outcome").asText()).isEqualTo("begun");
        assertThat(begun.get("status").isNull()).isTrue();
        assertThat(end.get("outcome").asText()).isEqualTo("done");
        assertThat(end.at("/detail/begun").asLong())
                .isEqualTo(begun.get("sequence").asLong());
        assertThat(end.at("/detail/id").asText()).isEqualTo(sent.data("/id").asText());
        assertThat(records.toString()).doesNotContain("very private");

        Reply refused = gateway().post("/api/dead-letters/no-such-id/discard", "{\"reason\": \"none\"}");
        JsonNode failed = audited(refused).get(0);
        assertThat(failed.get("outcome").asText()).isEqualTo("refused");
        assertThat(failed.get("reason").asText()).isEqualTo("NOT_FOUND");
        assertThat(failed.at("/target/id").asText()).isEqualTo("no-such-id");
    }

    @Test
    default void everyOtherCallThatShowsDataIsRecorded_andPublishedEventsAreNot() {
        Map.of(
                        "/api/events/" + unique(),
                        "GET /api/events/{id}",
                        "/api/dead-letters?limit=1",
                        "GET /api/dead-letters",
                        "/api/dead-letters/x",
                        "GET /api/dead-letters/{id}",
                        "/api/kafka/topics",
                        "GET /api/kafka/topics",
                        "/api/kafka/topics/user_events",
                        "GET /api/kafka/topics/{name}",
                        "/api/audit?limit=1",
                        "GET /api/audit",
                        "/api/audit/verify",
                        "GET /api/audit/verify")
                .forEach((path, action) -> assertThat(audited(gateway().get(path))
                                .get(0)
                                .get("action")
                                .asText())
                        .isEqualTo(action));

        assertThat(audited(gateway().post("/api/events", login(unique())))).isEmpty();
        assertThat(audited(gateway().post("/api/events/batch", "[" + login(unique()) + "]")))
                .isEmpty();
        assertThat(audited(gateway().get("/api/kafka/status"))).isEmpty();
    }

    @Test
    default void refusedTokensAndScopesAreRecordedTogether_withoutTheToken() {
        String token = Token.ofAnotherKey();
        for (int i = 0; i < 20; i++) {
            gateway().call("GET", "/api/events").token(token).send();
            gateway().call("GET", "/api/audit").token(Token.of("events:read")).send();
        }

        await().atMost(ARRIVAL).untilAsserted(() -> {
            assertThat(found("outcome=refused&action=GET%20/api/audit")).anySatisfy(record -> {
                assertThat(record.get("reason").asText()).isEqualTo("INSUFFICIENT_SCOPE");
                assertThat(record.get("subject").isNull()).isFalse();
            });
            assertThat(found("outcome=refused&limit=500")).anySatisfy(record -> {
                assertThat(record.get("reason").asText()).isEqualTo("BAD_TOKEN");
                assertThat(record.get("subject").isNull()).isTrue();
                assertThat(record.get("calls").asInt()).isGreaterThan(1);
            });
        });
        assertThat(gateway()
                        .database()
                        .queryForObject(
                                "SELECT COUNT(*) FROM audit_record WHERE detail LIKE '%eyJ%' OR target LIKE '%eyJ%'",
                                Long.class))
                .isZero();
    }

    @Test
    default void theAuditTrailVerifies() {
        Reply verdict = gateway().get("/api/audit/verify");

        assertThat(verdict.data("/valid").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.data("/complete").asBoolean()).isTrue();
        String anchor = verdict.data("/last_sequence").asText() + "."
                + verdict.data("/last_mac").asText();
        assertThat(gateway()
                        .get("/api/audit/verify?anchor=" + anchor)
                        .data("/valid")
                        .asBoolean())
                .isTrue();
        String forged = verdict.data("/last_sequence").asText() + "." + "0".repeat(64);
        Reply held = gateway().get("/api/audit/verify?anchor=" + forged);
        assertThat(held.data("/valid").asBoolean()).isFalse();
        assertThat(held.data("/broken/problem").asText()).isEqualTo("REPLACED");
    }

    private List<JsonNode> found(String query) {
        List<JsonNode> items = new ArrayList<>();
        gateway().get("/api/audit?" + query).data("/items").forEach(items::add);
        return items;
    }

    /** Returns the records of the call with this answer. */
    private List<JsonNode> audited(Reply reply) {
        String id = reply.header("X-Request-Id");
        // The record of this call is written after the searched ones, because the end of a change follows its answer.
        gateway().get("/api/audit?limit=1");
        return found("limit=100").stream()
                .filter(record -> id.equals(record.get("request_id").asText()))
                .toList();
    }
}
