package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Tests that invalid, too large and undecodable requests are refused, with the reason. */
interface RefusingEvents extends EndToEndScenario {

    @Test
    default void anIdOfTheFormThatTheGatewayDerives_isRefused() {
        String event = login("derived:" + unique());

        Reply one = gateway().post("/api/events", event);
        Reply many = gateway().post("/api/events/batch", "[" + login(unique()) + "," + event + "]");

        assertRefused(one, 422, "EVENT_INVALID");
        assertThat(one.paths()).containsExactly("/id");
        assertThat(one.data("/details/0/message").asText()).contains("must not begin with derived:");
        assertThat(many.status()).isEqualTo(207);
        assertThat(many.data("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(many.data("/errors/0/details/0/path").asText()).isEqualTo("/id");
    }

    @Test
    default void aBatchWithoutAnyValidEvent_isRefused() {
        Reply refused = gateway().post("/api/events/batch", "[{\"type\": \"user_login\", \"data\": {}}, 1]");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.data("/accepted").asInt()).isZero();
        assertThat(refused.data("/rejected").asInt()).isEqualTo(2);

        assertRefused(gateway().post("/api/events/batch", "[]"), 422, "EVENT_INVALID");
    }

    @Test
    default void aBatchOfTooManyEvents_isRefusedWhole() {
        String marker = unique();
        String lines = IntStream.rangeClosed(0, 10_000)
                .mapToObj(i -> "{\"type\":\"system_info\",\"data\":{\"service\":\"" + marker + "\",\"message\":\"m\"}}")
                .collect(Collectors.joining("\n"));
        assertRefused(
                gateway()
                        .call("POST", "/api/events/batch")
                        .body("application/x-ndjson", bytes(lines))
                        .send(),
                413,
                "TOO_LARGE");
        String after = unique();
        gateway().post("/api/events", systemEvent(after, "system_info", "message", marker, "info"));
        stored(after);
        assertThat(gateway().get("/api/events?service=" + marker).data("/items").size())
                .isEqualTo(1);
    }

    @Test
    default void tooManyBytes_areRefused() {
        byte[] event = new byte[1_048_577];
        assertRefused(
                gateway()
                        .call("POST", "/api/events")
                        .body("application/json", event)
                        .send(),
                413,
                "TOO_LARGE");
        assertRefused(
                gateway()
                        .call("POST", "/api/events")
                        .chunked("application/json", event)
                        .send(),
                413,
                "TOO_LARGE");
        assertRefused(
                gateway().post("/api/events", login(unique()).replace("test", "x".repeat(600_000))),
                422,
                "EVENT_INVALID");
        assertRefused(
                gateway()
                        .post(
                                "/api/events",
                                login(unique())
                                        .replace("\"test\"", "\"test\", \"more\": \"" + "x".repeat(600_000) + "\"")),
                413,
                "TOO_LARGE");
    }

    @Test
    default void invalidJson_isMalformed() {
        for (String body :
                List.of("{", "", "{\"a\":1}{}", "{\"type\":\"user_login\",\"type\":\"user_login\",\"data\":{}}")) {
            assertRefused(gateway().post("/api/events", body), 400, "MALFORMED_JSON");
        }
        assertRefused(gateway().post("/api/events/batch", "[{}"), 400, "MALFORMED_JSON");
        assertRefused(gateway().post("/api/events/user_login", "nothing"), 400, "MALFORMED_JSON");
    }

    @Test
    default void anUnknownType_isRefused() {
        assertRefused(
                gateway().post("/api/events", "{\"type\": \"user_dance\", \"data\": {}}"), 422, "UNKNOWN_EVENT_TYPE");
        assertRefused(gateway().post("/api/events/user_dance", "{}"), 422, "UNKNOWN_EVENT_TYPE");
    }

    @Test
    default void aBrokenSchema_isAnsweredWithEveryViolation() {
        Reply refused = gateway().post("/api/events", """
                        {"id": "not an id", "type": "user_login", "timestamp": "yesterday", "extra": 1,
                         "data": {"user_id": 0, "username": "", "ip": "300.1.1.1"}}""");
        assertRefused(refused, 422, "EVENT_INVALID");
        assertThat(refused.paths())
                .contains("/id", "/timestamp", "/extra", "/data/user_id", "/data/username", "/data/ip", "/data/action");
        assertThat(refused.text()).as("the value that was sent").doesNotContain("300.1.1.1", "yesterday");
    }

    @Test
    default void anotherMediaType_isRefused() throws IOException {
        byte[] event = bytes(login(unique()));
        for (String type : new String[] {"text/plain", "application/xml", "application/x-ndjson", null}) {
            assertRefused(
                    gateway().call("POST", "/api/events").body(type, event).send(), 415, "UNSUPPORTED_MEDIA_TYPE");
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(event);
        }
        assertRefused(
                gateway()
                        .call("POST", "/api/events")
                        .header("Content-Encoding", "gzip")
                        .body("application/json", packed.toByteArray())
                        .send(),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        for (String charset : List.of(
                "GBK", "utf-16", "UTF-16LE", "utf-32", "\"gb18030\"", "iso-8859-1", "x", "", "utf-8; charset=GBK")) {
            assertRefused(
                    gateway()
                            .call("POST", "/api/events")
                            .body("application/json; v=1;Charset=" + charset, event)
                            .send(),
                    415,
                    "UNSUPPORTED_MEDIA_TYPE");
        }
        for (String taken : List.of("; charset=utf-8", ";CHARSET=\"UTF-8\"", "; charset=utf8", "; v=1")) {
            assertThat(gateway()
                            .call("POST", "/api/events")
                            .body("Application/JSON" + taken, event)
                            .send()
                            .status())
                    .as(taken)
                    .isEqualTo(202);
        }
    }
}
