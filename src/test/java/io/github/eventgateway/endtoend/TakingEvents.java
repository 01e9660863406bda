package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.EndToEndScenario.userEvent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Reply;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows events from the request to the topic and the database: single events, data alone, and batches. */
interface TakingEvents extends EndToEndScenario {

    @ParameterizedTest
    @ValueSource(strings = {"user_login", "user_logout", "user_register", "user_update", "user_delete"})
    default void aUserEventIsOnItsTopicUnderItsUserAndIsStored(String type) {
        String id = unique();
        String user = unique();
        assertTaken(userEvent(id, type, user), id, type, USER_EVENTS, user);
    }

    @ParameterizedTest
    @CsvSource({"system_error, error, warn", "system_info, message, info"})
    default void aSystemEventIsOnItsTopicUnderItsServiceAndIsStored(String type, String field, String level) {
        String id = unique();
        String service = unique();
        assertTaken(systemEvent(id, type, field, service, level), id, type, SYSTEM_LOGS, service);
    }

    private void assertTaken(String event, String id, String type, String topic, String key) {
        Reply taken = gateway().post("/api/events", event);

        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.data("/id").asText()).isEqualTo(id);
        assertThat(taken.data("/type").asText()).isEqualTo(type);
        ConsumerRecord<byte[], byte[]> record = record(taken);
        assertThat(record.topic()).isEqualTo(topic);
        assertThat(new String(record.key(), UTF_8)).isEqualTo(key);
        assertThat(record.headers()).extracting(Header::key).containsExactlyInAnyOrder("publisher", "publisher-seal");
        JsonNode sent = new Reply(0, null, bytes(event)).json();
        JsonNode onTopic = new Reply(0, null, record.value()).json();
        assertThat(onTopic.get("data")).isEqualTo(sent.get("data"));
        assertThat(onTopic.get("id").asText()).isEqualTo(id);

        Reply stored = stored(id);
        assertThat(stored.data("/data")).isEqualTo(sent.get("data"));
        assertThat(stored.data("/topic").asText()).isEqualTo(topic);
        assertThat(stored.data("/partition").asInt()).isEqualTo(record.partition());
        assertThat(stored.data("/offset").asLong()).isEqualTo(record.offset());
    }

    private ConsumerRecord<byte[], byte[]> record(Reply taken) {
        return gateway()
                .records()
                .at(
                        taken.data("/topic").asText(),
                        taken.data("/partition").asInt(),
                        taken.data("/offset").asLong());
    }

    @Test
    default void ifTheTypeIsInThePath_theCallersAddressAndTheVerbAreFilledIn() {
        Reply taken = gateway().post("/api/events/user_login", "{\"user_id\": 7, \"username\": \"bob\"}");

        assertThat(taken.status()).isEqualTo(202);
        assertThat(new String(record(taken).key(), UTF_8)).isEqualTo("7");
        JsonNode data = stored(taken.data("/id").asText()).data("/data");
        assertThat(data.get("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(data.get("action").asText()).isEqualTo("login");
        assertThat(data.get("user_id").isInt()).isTrue();
    }

    @Test
    default void ifTheTypeIsInThePath_theIdempotencyKeyIsTheId_andARepetitionIsStoredOnce() {
        String id = unique();
        for (int i = 0; i < 2; i++) {
            Reply taken = gateway()
                    .call("POST", "/api/events/user_login")
                    .header("Idempotency-Key", id)
                    .json("{\"user_id\": 7, \"username\": \"bob\"}")
                    .send();
            assertThat(taken.status()).isEqualTo(202);
            assertThat(taken.data("/id").asText()).isEqualTo(id);
        }
        stored(id);
        String after = unique();
        gateway().post("/api/events", userEvent(after, "user_login", "7"));
        stored(after);
        assertThat(rows(id)).isEqualTo(1);
        Reply twice = gateway()
                .call("POST", "/api/events/user_login")
                .header("Idempotency-Key", id)
                .header("Idempotency-Key", unique())
                .json("{\"user_id\": 7, \"username\": \"bob\"}")
                .send();
        assertRefused(twice, 400, "INVALID_PARAMETER");
        assertThat(twice.paths()).containsExactly("Idempotency-Key");
    }

    @Test
    default void givenNoIdAndNoTimestamp_thenTheGatewayAddsBoth() {
        Reply taken = gateway()
                .post("/api/events", "{\"type\": \"system_info\", \"data\": {\"service\": \"s\", \"message\": \"m\"}}");

        String id = taken.data("/id").asText();
        assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        Reply stored = stored(id);
        assertThat(stored.data("/data/level").asText())
                .as("the schema's default")
                .isEqualTo("info");
        assertThat(stored.data("/timestamp").asText()).isNotEmpty();
    }

    @Test
    default void theSameIdTwice_isAcceptedTwiceAndStoredOnce() {
        String id = unique();
        String after = unique();
        assertThat(gateway().post("/api/events", login(id)).status()).isEqualTo(202);
        assertThat(gateway().post("/api/events", login(id)).status()).isEqualTo(202);
        assertThat(gateway().post("/api/events", login(after)).status()).isEqualTo(202);

        stored(after);
        assertThat(rows(id)).isEqualTo(1);
        assertThat(gateway().records().all(USER_EVENTS).stream()
                        .filter(record -> new String(record.value(), UTF_8).contains(id)))
                .hasSize(2);
    }

    @Test
    default void numbersAndTextsDoNotChange() {
        String id = unique();
        Reply taken = gateway()
                .post(
                        "/api/events",
                        "{\"id\": \"" + id + "\", \"type\": \"user_login\", \"data\": {\"user_id\": 9007199254740993,"
                                + " \"username\": \"用户😀\", \"ip\": \"::1\", \"action\": \"a\", \"more\": 1.10}}");
        assertThat(new String(record(taken).value(), UTF_8))
                .contains("\"user_id\":9007199254740993", "\"more\":1.10", "\"用户😀\"");
        Reply stored = stored(id);
        assertThat(stored.text()).contains("\"user_id\":9007199254740993", "\"more\":1.10");
        assertThat(stored.data("/data/username").asText()).isEqualTo("用户😀");
    }

    @Test
    default void aJsonBatch_isAcceptedCompletely() {
        List<String> ids = List.of(unique(), unique(), unique());
        Reply taken = gateway()
                .post(
                        "/api/events/batch",
                        ids.stream().map(EndToEndScenario::login).collect(Collectors.joining(",", "[", "]")));

        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.data("/accepted").asInt()).isEqualTo(3);
        assertThat(taken.data("/rejected").asInt()).isZero();
        ids.forEach(this::stored);
    }

    @Test
    default void aBatchOfLines_isAcceptedPartly_withTheReasonsOfTheRejectedLines() {
        String first = unique();
        String last = unique();
        String lines = String.join(
                "\n",
                login(first).replace("\n", ""),
                "{\"type\": \"user_login\"",
                "{\"type\": \"nothing_like_it\", \"data\": {}}",
                "{\"id\": \"bad id\", \"type\": \"user_login\", \"data\": {\"user_id\": 0}}",
                login(last).replace("\n", ""),
                "");
        Reply taken = gateway()
                .call("POST", "/api/events/batch")
                .body("application/x-ndjson", bytes(lines))
                .send();

        assertThat(taken.status()).isEqualTo(207);
        assertThat(taken.data("/accepted").asInt()).isEqualTo(2);
        assertThat(taken.data("/rejected").asInt()).isEqualTo(3);
        assertThat(taken.data("/errors").findValuesAsText("index")).containsExactly("1", "2", "3");
        assertThat(taken.data("/errors").findValuesAsText("reason"))
                .containsExactly("MALFORMED_JSON", "UNKNOWN_EVENT_TYPE", "EVENT_INVALID");
        assertThat(taken.data("/errors/2/details").findValuesAsText("path"))
                .contains("/id", "/data/user_id", "/data/username", "/data/ip", "/data/action");
        stored(first);
        stored(last);
    }

    @Test
    default void aTestMessage_isAnEventThatIsStored() {
        String message = "hello " + unique();
        Reply sent = gateway().post("/api/kafka/test", "{\"message\": \"" + message + "\"}");

        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.message()).isEqualTo("消息发送成功");
        assertThat(sent.data("/topic").asText()).isEqualTo(SYSTEM_LOGS);
        Reply stored = stored(sent.data("/id").asText());
        assertThat(stored.data("/type").asText()).isEqualTo("system_info");
        assertThat(stored.data("/data/message").asText()).isEqualTo(message);

        assertRefused(gateway().post("/api/kafka/test", "{\"message\": \"\"}"), 422, "REQUEST_INVALID");
        assertRefused(gateway().post("/api/kafka/test", "message"), 400, "MALFORMED_JSON");
    }

    static void assertRefused(Reply reply, int status, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.reason()).as(reply.toString()).isEqualTo(reason);
    }
}
