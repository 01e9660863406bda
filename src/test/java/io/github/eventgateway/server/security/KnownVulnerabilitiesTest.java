package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Tries known vulnerabilities of the HTTP client with two servers: the webhook and another host. */
@MockEndpointsAndSkip("direct:dead-letter-records")
class KnownVulnerabilitiesTest extends RouteTest {

    private static final List<String> WEBHOOK_CALLS = new CopyOnWriteArrayList<>();
    private static final List<String> OTHER_CALLS = new CopyOnWriteArrayList<>();
    private static final AtomicReference<String> REDIRECT = new AtomicReference<>();
    private static final AtomicInteger REDIRECT_STATUS = new AtomicInteger();

    private static HttpServer webhook;
    private static HttpServer other;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry properties) throws IOException {
        webhook = server(WEBHOOK_CALLS);
        other = server(OTHER_CALLS);
        properties.add("gateway.alert.webhook-url", () -> url(webhook));
    }

    private static HttpServer server(List<String> calls) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.getRequestBody().readAllBytes();
            String redirect = REDIRECT.get();
            if (redirect != null) {
                exchange.getResponseHeaders().set("Location", redirect);
            }
            exchange.sendResponseHeaders(redirect == null ? 204 : REDIRECT_STATUS.get(), -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/alerts";
    }

    @AfterAll
    static void stop() {
        webhook.stop(0);
        other.stop(0);
    }

    @BeforeEach
    void forget() {
        WEBHOOK_CALLS.clear();
        OTHER_CALLS.clear();
        REDIRECT.set(null);
        deadLetters.reset();
    }

    private Exchange alert(RecordHeaders headers) {
        Polled polled = Polled.ofNewRecords()
                .add(
                        "system_logs",
                        0,
                        1,
                        "{\"id\":\"e1\",\"type\":\"system_error\",\"data\":{\"service\":\"a\",\"error\":\"b\"}}",
                        headers);
        Map<String, Object> ofTheBatch = new HashMap<>();
        headers.forEach(header -> ofTheBatch.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return send("direct:polled-alert-on-errors", polled.batch(), ofTheBatch);
    }

    @Test
    void aRecordsHeadersDoNotChooseWhereAnAlertGoes() {
        RecordHeaders headers = new RecordHeaders();
        for (String name : List.of(
                "CamelHttpUri",
                "CamelRestHttpUri",
                "camelHttpUri",
                "CAMELHTTPURI",
                "CamelHttpPath",
                "CamelHttpQuery",
                "CamelHttpMethod",
                "Host")) {
            headers.add(name, (url(other) + "?key={{gateway.security.jwt-secret}}").getBytes(StandardCharsets.UTF_8));
        }

        Exchange exchange = alert(headers);

        assertThat(exchange.getException()).isNull();
        assertThat(WEBHOOK_CALLS).containsExactly("POST /alerts");
        assertThat(OTHER_CALLS).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 303, 307, 308})
    void aRedirectToAnotherHostIsNotFollowed(int status) {
        REDIRECT_STATUS.set(status);
        REDIRECT.set(url(other));

        alert(new RecordHeaders());

        assertThat(WEBHOOK_CALLS).isNotEmpty();
        assertThat(OTHER_CALLS).isEmpty();
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(1);
    }
}
