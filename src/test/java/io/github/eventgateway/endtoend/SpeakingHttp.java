package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.Call;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** Tests tokens, languages, request ids, methods, and malicious headers. */
interface SpeakingHttp extends EndToEndScenario {

    @Test
    default void withoutAValidToken_callsAreRefused() {
        String[] bad = {
            null,
            "garbage",
            Token.ofAnotherKey(),
            Token.expired(),
            Token.unsigned(),
            Token.ofAllScopes().substring(0, 60)
        };
        for (String token : bad) {
            Reply refused = gateway()
                    .call("POST", "/api/events")
                    .token(token)
                    .json(login(unique()))
                    .send();
            assertRefused(refused, 401, "UNAUTHENTICATED");
            assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
            assertRefused(
                    gateway().call("GET", "/api/dead-letters").token(token).send(), 401, "UNAUTHENTICATED");
        }
    }

    @Test
    default void withoutTheScope_callsAreRefused() {
        Map.of(
                        "GET /api/events", "events:write",
                        "GET /api/events/x", "events:write",
                        "POST /api/events", "events:read",
                        "POST /api/events/batch", "events:read",
                        "POST /api/events/user_login", "kafka:test",
                        "POST /api/kafka/test", "events:write",
                        "GET /api/kafka/topics", "events:write",
                        "GET /api/dead-letters", "dead-letters:write",
                        "POST /api/dead-letters/replay", "events:read",
                        "POST /api/dead-letters/x/discard", "")
                .forEach((call, scope) -> {
                    Reply refused = gateway()
                            .call(call.substring(0, call.indexOf(' ')), call.substring(call.indexOf(' ') + 1))
                            .token(Token.of(scope))
                            .send();
                    assertRefused(refused, 403, "INSUFFICIENT_SCOPE");
                    assertThat(refused.header("WWW-Authenticate")).contains("insufficient_scope");
                });
    }

    @Test
    default void messagesAreChineseUnlessEnglishIsPreferred() {
        assertThat(status(null).message()).isEqualTo("获取成功");
        for (String chinese : List.of("*", "zh", "zh-CN,en;q=0.5", "fr", "fr-CA, *;q=0.1", ";;;", "x".repeat(300))) {
            Reply reply = status(chinese);
            assertThat(reply.message()).as(chinese).isEqualTo("获取成功");
            assertThat(reply.header("Content-Language")).isEqualTo("zh");
        }
        for (String english : List.of("en", "en-GB", "fr, en;q=0.5, zh;q=0.4")) {
            Reply reply = status(english);
            assertThat(reply.message()).as(english).isASCII().isNotEmpty();
            assertThat(reply.header("Content-Language")).isEqualTo("en");
            assertThat(reply.header("Vary")).contains("Accept-Language");
        }
        Reply refused = gateway()
                .call("GET", "/api/events")
                .token(null)
                .header("Accept-Language", "en")
                .send();
        assertThat(refused.message()).isASCII();
        assertThat(gateway().call("GET", "/api/events").token(null).send().message())
                .contains("令牌");
    }

    private Reply status(String language) {
        Call call = gateway().call("GET", "/api/kafka/status").token(null);
        return language == null
                ? call.send()
                : call.header("Accept-Language", language).send();
    }

    @Test
    default void aValidRequestIdIsKept_andAnyOtherReplaced() {
        assertThat(withRequestId("order-7:a.B_c").header("X-Request-Id")).isEqualTo("order-7:a.B_c");
        for (String insane : List.of("with blank", "x".repeat(65), "<script>", "a/b", "")) {
            Reply reply = withRequestId(insane);
            assertThat(reply.header("X-Request-Id")).isNotEqualTo(insane).matches("[A-Za-z0-9._:-]{1,64}");
            assertThat(reply.data("/request_id").asText()).isEqualTo(reply.header("X-Request-Id"));
        }
    }

    private Reply withRequestId(String id) {
        return gateway()
                .call("GET", "/api/events/" + unique())
                .header("X-Request-Id", id)
                .send();
    }

    @Test
    default void anUnsupportedMethod_isRefusedWithTheSupportedOnes() {
        Reply refused = gateway().call("DELETE", "/api/events").send();
        assertRefused(refused, 405, "METHOD_NOT_ALLOWED");
        assertThat(refused.header("Allow").split(", ")).contains("GET", "POST");

        Reply batch = gateway().call("PUT", "/api/events/batch").json("[]").send();
        assertRefused(batch, 405, "METHOD_NOT_ALLOWED");
        assertThat(batch.header("Allow")).contains("POST");

        Reply status = gateway().call("POST", "/api/kafka/status").json("{}").send();
        assertRefused(status, 405, "METHOD_NOT_ALLOWED");
        assertThat(status.header("Allow")).isEqualTo("GET");
    }

    @Test
    default void anUnknownPath_isNotFound() {
        for (String path : List.of("/api", "/api/", "/api/event", "/api/events/a/b", "/api/kafka", "/nothing")) {
            assertRefused(gateway().call("GET", path).send(), 404, "NOT_FOUND");
        }
    }

    @Test
    default void hostileHeadersChangeNothing_reachNoTopic_andDoNotComeBack() {
        String id = unique();
        List<String> names = List.of(
                "kafka.OVERRIDE_TOPIC",
                "kafka.KEY",
                "kafka.PARTITION_KEY",
                "kafka.TOPIC",
                "CamelKafkaOverrideTopic",
                "CamelHttpUri",
                "CamelHttpPath",
                "CamelHttpResponseCode",
                "CamelFileName",
                "CamelJdbcParameters",
                "CamelBeanMethodName",
                "X-Whatever",
                "replay-group",
                "type",
                "message");
        Call call = gateway().call("POST", "/api/events").json(login(id));
        names.forEach(name -> call.header(name, "1"));

        Reply taken = call.send();

        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        assertThat(taken.data("/topic").asText()).isEqualTo(USER_EVENTS);
        assertThat(taken.headers().map().keySet()).doesNotContainAnyElementsOf(names);
        assertThat(taken.header("Authorization")).isNull();
        ConsumerRecord<byte[], byte[]> record = gateway()
                .records()
                .at(
                        USER_EVENTS,
                        taken.data("/partition").asInt(),
                        taken.data("/offset").asLong());
        assertThat(record.headers()).extracting(Header::key).containsExactlyInAnyOrder("publisher", "publisher-seal");
        assertThat(new String(record.key(), UTF_8)).isEqualTo("42");
        stored(id);

        Call query = gateway().call("GET", "/api/events/" + id);
        names.forEach(name -> query.header(name, "evil"));
        query.header("id", "another");
        Reply found = query.send();
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.data("/id").asText()).isEqualTo(id);
        assertThat(found.headers().map().keySet()).doesNotContainAnyElementsOf(names);
    }
}
