package io.github.eventgateway.lockeddown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.RawHttp;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics count every refused request, whether the server, the firewall, a limit, a bulkhead, a timeout or a route
 * refuses it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedRequestsAreCountedTest {

    private static final String REQUESTS =
            "gateway_http_requests_seconds_count{method=\"%s\",path=\"%s\",status=\"%d\"}";
    private static final String EVENTS = "gateway_events_received_total{outcome=\"%s\",type=\"\"}";
    private static final String LOGIN =
            "{\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}";

    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path data) {
        gateway = Gateway.start(
                data,
                Map.of(
                        "KAFKA_ENABLED", "false",
                        "HTTP_DOCS", "false",
                        "RATE_LIMIT_STRANGER", "1",
                        "RATE_LIMIT_STRANGER_BURST", "5",
                        "gateway.http.max-in-flight-requests", "1",
                        "gateway.http.max-in-flight-requests-per-caller", "5",
                        "gateway.http.body-timeout", "2s"));
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void withoutTheDocs_theRootRedirectsToTheConsole() {
        Reply root = gateway.call("GET", "/").token(Token.ofAllScopes()).sendUnheld();

        assertThat(root.status()).isEqualTo(302);
        assertThat(root.header("Location")).endsWith("/console/");
    }

    private int refused(String method, String path, String token, String body) {
        var call = gateway.call(method, path).token(token);
        return (body == null ? call : call.json(body)).sendUnheld().status();
    }

    @Test
    void eachRefusalIsCountedByItsVerbAndStatus() throws Exception {
        String all = Token.ofAllScopes();

        assertThat(refused("GET", "/api/events", null, null)).isEqualTo(401);
        assertThat(refused("GET", "/api/events", Token.of("events:write"), null))
                .isEqualTo(403);
        assertThat(refused("GET", "/api/no/such/path", all, null)).isEqualTo(404);
        assertThat(refused("DELETE", "/api/events", all, null)).isEqualTo(405);
        assertThat(refused("POST", "/api/events", all, "rubbish")).isEqualTo(400);
        assertThat(refused("POST", "/api/events", all, "{\"type\": \"user_login\", \"data\": {}}"))
                .isEqualTo(422);
        assertThat(refused("POST", "/api/events", all, LOGIN))
                .as("Kafka is switched off")
                .isEqualTo(503);
        assertThat(refused("GET", "/api/events?limit=x", all, null)).isEqualTo(400);
        String batch = "/api/events/batch";
        assertThat(refused("POST", batch, all, "[{\"type\"")).isEqualTo(400);
        assertThat(refused("POST", batch, all, "[]")).isEqualTo(422);
        assertThat(refused("POST", batch, all, "[" + LOGIN + "," + LOGIN + ",{}]"))
                .isEqualTo(503);
        assertThat(refused("POST", "/api/events", all, " ".repeat(1024 * 1024) + LOGIN))
                .isEqualTo(413);
        assertThat(gateway.call("POST", "/api/events")
                        .token(all)
                        .body("text/plain", LOGIN.getBytes(StandardCharsets.UTF_8))
                        .sendUnheld()
                        .status())
                .isEqualTo(415);
        await("the limit for callers without a token").until(() -> refused("GET", "/api/events", null, null) == 429);
        try (RawHttp slow = RawHttp.connect(SocketFactory.getDefault(), gateway.port())) {
            slow.send(
                    "POST /api/events/batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                            + all + "\r\nContent-Length: 100\r\n\r\n[");
            await("the bulkhead is full").until(() -> refused("POST", "/api/events/user_login", all, "{}") == 503);
            assertThat(slow.readLine()).as("the body does not arrive").contains(" 408");
        }

        Map<String, Integer> atLeast = new LinkedHashMap<>();
        atLeast.put(REQUESTS.formatted("GET", "/api/events", 401), 1);
        atLeast.put(REQUESTS.formatted("GET", "/api/events", 403), 1);
        atLeast.put(REQUESTS.formatted("GET", "other", 404), 1);
        atLeast.put(REQUESTS.formatted("DELETE", "other", 405), 1);
        atLeast.put(REQUESTS.formatted("POST", "/api/events", 400), 1);
        atLeast.put(REQUESTS.formatted("POST", "/api/events", 422), 1);
        atLeast.put(REQUESTS.formatted("POST", "/api/events", 503), 1);
        atLeast.put(REQUESTS.formatted("GET", "/api/events", 400), 1);
        atLeast.put(REQUESTS.formatted("POST", "/api/events/{type}", 503), 1);
        atLeast.put(REQUESTS.formatted("POST", "/api/events/batch", 408), 1);
        atLeast.put(EVENTS.formatted("MALFORMED_JSON"), 2);
        atLeast.put(EVENTS.formatted("EVENT_INVALID"), 3);
        atLeast.put(EVENTS.formatted("KAFKA_DISABLED"), 3);
        atLeast.put(EVENTS.formatted("TOO_LARGE"), 1);
        atLeast.put(EVENTS.formatted("UNSUPPORTED_MEDIA_TYPE"), 1);
        atLeast.put(EVENTS.formatted("TOO_SLOW"), 1);
        atLeast.put(EVENTS.formatted("OVERLOADED"), 1);
        // The limit for callers without a token also applies to the metrics.
        await().pollInterval(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    List<String> metrics =
                            gateway.observe("/observe/metrics").text().lines().toList();
                    assertThat(atLeast).allSatisfy((name, count) -> assertThat(metrics)
                            .filteredOn(line -> line.startsWith(name))
                            .singleElement()
                            .satisfies(line -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                                    .isGreaterThanOrEqualTo(count)));
                    // This limit is checked before the verb is known.
                    assertThat(metrics)
                            .filteredOn(line ->
                                    line.startsWith("gateway_http_requests_seconds_count") && line.contains("\"429\""))
                            .isNotEmpty();
                });
    }
}
