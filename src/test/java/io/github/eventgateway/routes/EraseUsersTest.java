package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.deadletter.SealedRecords;
import io.github.eventgateway.seal.SharedSecret;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/erase-users.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class EraseUsersTest extends RouteTest {

    private static final int MOST = 1000;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private SharedSecret secret;

    private static Reason reason(Exchange exchange) {
        assertThat(exchange.getException()).isInstanceOf(GatewayException.class);
        return ((GatewayException) exchange.getException()).reason();
    }

    private JsonNode show(String id) {
        Exchange exchange = send("direct:show-erasure", null, Map.of("id", id));
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        return json.valueToTree(exchange.getMessage().getBody());
    }

    @Test
    void givenAUser_thenTheErasureIsAccepted_andTheUsersEventsAreErased() {
        deliver(
                "store-user-events",
                new Polled()
                        .add("user_events", 0, 1, login("mine", "7"))
                        .add("user_events", 0, 2, login("other", "8")));
        assertThat(stored()).containsExactly("mine", "other");

        Exchange exchange = send("direct:erase-user", "{\"user_id\":7}");

        assertThat(exchange.getException()).isNull();
        Answer answer = exchange.getMessage().getBody(Answer.class);
        JsonNode accepted = json.valueToTree(answer.data());
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.location())
                .isEqualTo("/api/erasures/" + accepted.get("id").asText());
        await().until(() ->
                show(accepted.get("id").asText()).get("state").asText().equals("done"));
        JsonNode done = show(accepted.get("id").asText());
        assertThat(done.at("/erased/events").asInt()).isEqualTo(1);
        assertThat(done.at("/kafka/0/topic").asText()).isEqualTo("user_events");
        assertThat(done.at("/kafka/0/expiry").asText()).as("without a broker").isEqualTo("unknown");
        assertThat(stored()).containsExactly("other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LONG", "12345678901234567890123", "0.1234567890123456789012345", "\"true\"", "\"[7]\""})
    void givenAnyIdOfAnEvent_thenItsErasureEnds(String written) {
        String user = written.replace("LONG", '"' + "u".repeat(4000) + '"');

        Exchange exchange = send("direct:erase-user", "{\"user_id\":" + user + "}");

        assertThat(exchange.getException()).isNull();
        JsonNode accepted =
                json.valueToTree(exchange.getMessage().getBody(Answer.class).data());
        await().until(() ->
                show(accepted.get("id").asText()).get("state").asText().equals("done"));
    }

    /** Without a timestamp, nobody knows whether the event is from before the erasure. */
    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE})
    void givenAnErasedUser_thenARecordWithoutAUsableTimestampIsNotStored_andALaterOneIs(long timestamp) {
        Exchange exchange = send("direct:erase-user", "{\"user_id\":70}");
        assertThat(exchange.getException()).isNull();

        deliver(
                "store-user-events",
                Polled.at(timestamp)
                        .add("user_events", 0, 11, login("undated", "70"))
                        .add("user_events", 0, 12, login("undated-other", "80")));
        deliver(
                "store-user-events",
                Polled.at(System.currentTimeMillis() + 60_000).add("user_events", 0, 13, login("later", "70")));

        assertThat(stored()).contains("undated-other", "later").doesNotContain("undated");
        jdbc.update("DELETE FROM event WHERE id IN ('undated-other', 'later')");
    }

    /** The replay has a timestamp of its own, but the record that failed first had none. */
    @Test
    void givenAnErasedUser_thenTheReplayOfARecordWithoutATimestampIsNotStored() {
        assertThat(send("direct:erase-user", "{\"user_id\":71}").getException()).isNull();
        String event = login("undated-replay", "71");
        Headers replay = SealedRecords.replay(
                secret,
                "user_events",
                "key".getBytes(StandardCharsets.UTF_8),
                event.getBytes(StandardCharsets.UTF_8),
                Map.of(DeadLetterHeaders.REPLAY_TIMESTAMP, "-1"));

        deliver(
                "store-user-events",
                Polled.at(System.currentTimeMillis() + 60_000)
                        .add("user_events", 0, 14, event, replay)
                        .add("user_events", 0, 15, login("other-user", "81")));

        assertThat(stored()).contains("other-user").doesNotContain("undated-replay");
        jdbc.update("DELETE FROM event WHERE id = 'other-user'");
    }

    @Test
    void givenTooManyUnfinishedErasures_thenAFurtherOneIsRefused_andNothingIsStored() {
        // They never end, because they have no user.
        for (int i = 0; i < MOST; i++) {
            jdbc.update(
                    "INSERT INTO erasure (id, requested_at, user_hash, state) VALUES (?, ?, 'x', 'running')",
                    "unfinished-" + i,
                    "2026-01-01T00:00:00.000000Z");
        }
        try {
            Exchange exchange = send("direct:erase-user", "{\"user_id\":7}");

            assertThat(reason(exchange)).isEqualTo(Reason.TOO_MANY_REQUESTS);
            assertThat(jdbc.queryForObject("SELECT count(*) FROM erasure WHERE state = 'running'", Integer.class))
                    .isEqualTo(MOST);
        } finally {
            jdbc.update("DELETE FROM erasure WHERE user_hash = 'x'");
        }
        assertThat(send("direct:erase-user", "{\"user_id\":7}").getException()).isNull();
    }

    private static String login(String id, String user) {
        return "{\"id\":\"%s\",\"type\":\"user_login\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"user_id\":%s,\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}"
                .formatted(id, user);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"user_id\":true}",
                "{\"user_id\":[7]}",
                "{\"user_id\":\"\"}",
                "{\"user_id\":null}",
                "{\"user_id\":1,\"x\":1}"
            })
    void givenABodyThatNamesNoUser_thenItIsRefused(String body) {
        assertThat(reason(send("direct:erase-user", body))).isEqualTo(Reason.REQUEST_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "' OR 1=1 --"})
    void givenAnUnknownId_thenItIsNotFound(String id) {
        assertThat(reason(send("direct:show-erasure", null, Map.of("id", id)))).isEqualTo(Reason.NOT_FOUND);
    }
}
