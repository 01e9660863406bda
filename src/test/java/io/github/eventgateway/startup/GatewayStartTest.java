package io.github.eventgateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Starts the gateway with only ports and folder set, and uses its output unchanged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayStartTest {

    private static final Pattern FIRST_EVENT = Pattern.compile(
            "curl -X POST (\\S+) -H 'Authorization: Bearer (\\S+)' -H 'Content-Type: (\\S+)' -d '([^']+)'");

    private final HttpClient client = HttpClient.newHttpClient();
    private Path folder;
    private Process gateway;
    private int port;
    private int managementPort;
    private Matcher firstEvent;
    private final List<String> printedBefore = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path dataFolder) throws IOException {
        folder = dataFolder;
        port = freePort();
        managementPort = freePort();
        gateway = StartedGateway.command(Path.of(""), variables()).start();
        firstEvent = FIRST_EVENT.matcher("");
        BufferedReader output =
                new BufferedReader(new InputStreamReader(gateway.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (firstEvent.reset(line).find()) {
                return;
            }
            printedBefore.add(line);
        }
        fail("The gateway ended without printing the first event");
    }

    @AfterAll
    void stop() throws InterruptedException {
        gateway.destroy();
        if (!gateway.waitFor(40, TimeUnit.SECONDS)) {
            gateway.destroyForcibly();
            fail("The gateway did not stop");
        }
    }

    private Map<String, String> variables() {
        return Map.of(
                "HTTP_PORT", String.valueOf(port),
                "MANAGEMENT_PORT", String.valueOf(managementPort),
                "KAFKA_EMBEDDED_PORT", "0",
                "GATEWAY_DATA_DIRECTORY", folder.toString());
    }

    @Test
    void theStartLogsNoWarning() {
        assertThat(printedBefore)
                .anyMatch(line -> line.contains(" INFO "))
                .noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    @Test
    void thePrintedCommandPublishesAnEvent() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(firstEvent.group(1)))
                .header("Authorization", "Bearer " + firstEvent.group(2))
                .header("Content-Type", firstEvent.group(3))
                .POST(HttpRequest.BodyPublishers.ofString(firstEvent.group(4)))
                .build();
        assertThat(send(request).statusCode()).isEqualTo(202);
    }

    @Test
    void aProtectedVerbWithoutATokenIsChallenged() throws Exception {
        HttpResponse<String> answer = get("/api/events", null);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.body()).contains("\"reason\":\"UNAUTHENTICATED\"");
    }

    @Test
    void aBadTokenIsRefusedOnAPublicVerbToo() throws Exception {
        HttpResponse<String> answer = get("/api/kafka/status", "not.a.token");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
        assertThat(get("/api/kafka/status", null).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenWithoutTheScopeIsRefused() throws Exception {
        HttpResponse<String> answer = get("/api/events", token("kafka:test"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer error=\"insufficient_scope\", scope=\"events:read\"");
        assertThat(answer.body()).contains("\"reason\":\"INSUFFICIENT_SCOPE\"");
    }

    @Test
    void aTokenWithTheScopeIsAccepted() throws Exception {
        assertThat(get("/api/events", token("events:read")).statusCode()).isEqualTo(200);
    }

    @Test
    void anUnknownPathIsAnsweredInTheSameForm() throws Exception {
        HttpResponse<String> answer = get("/nothing", null);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"code\":404", "\"reason\":\"NOT_FOUND\"");
        HttpResponse<String> odd = get("/api//events", null);
        assertThat(odd.statusCode()).isEqualTo(400);
        assertThat(odd.body()).contains("\"reason\":\"INVALID_PARAMETER\"");
    }

    @Test
    void healthAndMetricsNeedNoToken() throws Exception {
        assertThat(management("/observe/health/live").statusCode()).isEqualTo(200);
        assertThat(management("/observe/metrics").body()).contains("jvm_memory_used_bytes");
        assertThat(management("/observe/env").statusCode()).isEqualTo(404);
    }

    private String token(String scope) throws IOException, InterruptedException {
        Process process = StartedGateway.command(Path.of(""), variables(), "token", "--scope", scope)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.trim();
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request.build());
    }

    private HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
