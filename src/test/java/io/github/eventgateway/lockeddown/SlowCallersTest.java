package io.github.eventgateway.lockeddown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Listener;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * More callers than the gateway has threads send and read slowly, or not at all. It needs no Kafka: an event that
 * passes all checks is answered 503 KAFKA_DISABLED.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowCallersTest {

    private static final String LOGIN =
            "{\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}";
    private static final String LARGE_FILE = "/webjars/swagger-ui/swagger-ui-bundle.js";
    private static final int THREADS = 4;
    private static final int SLOW = 70;
    private static final int MOST_CONNECTIONS = 300;
    private static final int SMALL_WINDOW = 4096;
    private static final int MOST_UNSENT = 16 << 20;

    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path data) {
        Map<String, String> settings = new HashMap<>();
        settings.put("KAFKA_ENABLED", "false");
        settings.put("RATE_LIMIT_STRANGER", "0");
        settings.put("gateway.http.head-timeout", "2s");
        settings.put("gateway.http.answer-timeout", "3s");
        settings.put("gateway.http.min-answer-bytes-per-second", "262144");
        settings.put("gateway.http.max-unsent-bytes", String.valueOf(MOST_UNSENT));
        settings.put("gateway.http.max-connections-per-address", String.valueOf(MOST_CONNECTIONS));
        settings.put("server.tomcat.threads.max", String.valueOf(THREADS));
        settings.put("server.tomcat.threads.min-spare", "1");
        gateway = Gateway.start(data, settings);
        String payload =
                "{\"id\":\"x\",\"type\":\"user_login\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{\"user_id\":1,\"text\":\""
                        + "x".repeat(400_000) + "\"}}";
        for (int i = 0; i < 10; i++) {
            gateway.database()
                    .update(
                            "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at,"
                                    + " payload) VALUES (?, 'user_login', 'user_events', 0, ?, ?, ?, ?)",
                            "large-" + i,
                            i,
                            OffsetDateTime.now(ZoneOffset.UTC),
                            OffsetDateTime.now(ZoneOffset.UTC),
                            payload);
        }
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static String get(String path, String token) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n"
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
    }

    private static Map<String, String> floods() {
        Map<String, String> floods = new HashMap<>();
        floods.put("a large static file", get(LARGE_FILE, null).repeat(20));
        floods.put(
                "large answers",
                get("/api/events?limit=10", Token.of("events:read")).repeat(20));
        floods.put(
                "small answers of every kind",
                (get("/nothing", null)
                                + get("/docs", null)
                                + get("/api/kafka/status", null)
                                + get("/api//events", null)
                                + get("/api/events", null)
                                + get("/api/openapi.yaml", null)
                                + "DELETE /api/events HTTP/1.1\r\nHost: a\r\n\r\n"
                                + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
                                + "POST /api/events HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
                        .repeat(1500));
        return floods;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a large static file", "large answers", "small answers of every kind"})
    void aCallerThatReadsNothingHoldsNoThread_andIsDisconnected(String kind) throws Exception {
        byte[] flood = floods().get(kind).getBytes(StandardCharsets.ISO_8859_1);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                slow.add(connect());
            }
            List<CompletableFuture<Void>> senders = slow.stream()
                    .map(socket -> CompletableFuture.runAsync(() -> send(socket, flood), work -> {
                        Thread thread = new Thread(work);
                        thread.setDaemon(true);
                        thread.start();
                    }))
                    .toList();
            for (int i = 0; i < 10; i++) {
                assertThat(post().get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
            }
            assertThat(gateway.call("GET", "/api/events/large-1").sendUnheld().status())
                    .isEqualTo(200);
            await("the gateway closes the connections")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> metric("gateway_http_connections ") < SLOW);
            senders.forEach(CompletableFuture::join);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("gateway_http_unsent_bytes ") == 0);
        await().until(() -> metric("gateway_http_in_flight ") == 0);
    }

    @Test
    void theBytesThatWaitForSlowCallersAreBounded() throws Exception {
        byte[] flood = floods().get("large answers").getBytes(StandardCharsets.ISO_8859_1);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                slow.add(connect());
                send(slow.get(i), flood);
            }
            double most = 0;
            long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            while (System.nanoTime() < end) {
                most = Math.max(most, metric("gateway_http_unsent_bytes "));
            }
            assertThat(most).isBetween(MOST_UNSENT / 4.0, (double) MOST_UNSENT);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("gateway_http_unsent_bytes ") == 0);
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // The gateway closed the connection.
        }
    }

    @Test
    void aCallerAtTheMinimumRateGetsTheWholeAnswer() throws Exception {
        try (Socket socket = connect()) {
            send(socket, get(LARGE_FILE, null).getBytes(StandardCharsets.ISO_8859_1));
            long start = System.nanoTime();
            byte[] answer = readSlowly(socket, 400_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(3));
            assertThat(answer.length).isGreaterThan(1_000_000);
        }
    }

    @Test
    void aCallerBelowTheMinimumRateIsDisconnected() throws Exception {
        try (Socket socket = connect()) {
            send(socket, get(LARGE_FILE, null).repeat(8).getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try {
                InputStream in = socket.getInputStream();
                byte[] piece = new byte[2000];
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    all.write(piece, 0, read);
                    TimeUnit.MILLISECONDS.sleep(20);
                    assertThat(all.size()).isLessThan(8_000_000);
                }
            } catch (IOException e) {
                // The gateway closed the connection and dropped the rest.
            }
        }
    }

    /** Reads one answer at this number of bytes per second. */
    private static byte[] readSlowly(Socket socket, int bytesPerSecond) throws Exception {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int length = Integer.parseInt(head.toString().replaceFirst("(?s).*Content-Length: (\\d+)\r\n.*", "$1"));
        byte[] answer = new byte[length];
        for (int at = 0; at < length; ) {
            int read = in.readNBytes(answer, at, Math.min(bytesPerSecond / 20, length - at));
            if (read == 0) {
                throw new IOException("cut off after " + at + " of " + length + " bytes");
            }
            at += read;
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return answer;
    }

    @Test
    void aListenerThatReadsNothingIsDisconnected_andOthersGetAllEvents() throws Exception {
        try (Socket slow = connect();
                Listener quick = gateway.call("GET", "/api/events/stream")
                        .token(Token.of("events:read"))
                        .listen()) {
            send(slow, get("/api/events/stream", Token.of("events:read")).getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> metric("gateway_events_listeners ") == 2);

            for (int i = 0; i < 60; i++) {
                String array = "[\"large-" + i % 10 + "\"]";
                gateway.database()
                        .update(
                                "INSERT INTO event_batch (stored_at, ids) VALUES ('2099-01-01T00:00:00.000000Z', ?)",
                                array);
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> quick.events().size() == 60);
            await("the gateway closes the other connection")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> metric("gateway_events_listeners ") == 1);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("gateway_http_unsent_bytes ") == 0);
        // A heartbeat reveals that the listener has gone.
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("gateway_http_in_flight ") == 0);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder_andCompletely() throws Exception {
        int rounds = 40;
        byte[] file = gateway.call("GET", LARGE_FILE).token(null).sendUnheld().body();
        String round = get("/nothing", null)
                + get(LARGE_FILE, null)
                + get("/api/kafka/status", null)
                + "POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + Token.ofAllScopes() + "\r\nContent-Length: 2\r\n\r\n[]"
                + get("/docs/index.html", null);
        try (Socket socket = connect()) {
            byte[] requests = round.repeat(rounds).getBytes(StandardCharsets.ISO_8859_1);
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(socket, requests));
            for (int i = 0; i < rounds; i++) {
                assertThat(status(socket)).isEqualTo("404");
                Answered large = answer(socket);
                assertThat(large.status()).isEqualTo("200");
                assertThat(Arrays.equals(large.body(), file))
                        .as("the bytes of the file are in order")
                        .isTrue();
                assertThat(status(socket)).isEqualTo("200");
                assertThat(status(socket)).isEqualTo("422");
                assertThat(status(socket)).isEqualTo("200");
            }
            sender.join();
        }
    }

    private record Answered(String status, byte[] body) {}

    private static String status(Socket socket) throws IOException {
        return answer(socket).status();
    }

    /** Reads the next answer with its whole body. */
    private static Answered answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no answer, but " + head);
            }
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceFirst("(?s).*Content-Length: (\\d+)\r\n.*", "$1"));
        byte[] body = in.readNBytes(length);
        assertThat(body).hasSize(length);
        return new Answered(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3), body);
    }

    @Test
    void aHeadThatArrivesByteByByteEndsTheConnection() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                slow.add(connect());
            }
            await("each connection is closed")
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        slow.removeIf(socket -> !drip(socket));
                        return slow.isEmpty();
                    });
            assertThat(post().get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean drip(Socket socket) {
        try {
            socket.getOutputStream().write("GET".getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void oneAddressHasABoundedNumberOfConnections() throws Exception {
        List<Socket> all = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_CONNECTIONS + 50; i++) {
                all.add(connect());
            }
            await().untilAsserted(() -> assertThat(metric("gateway_http_connections "))
                    .isBetween(MOST_CONNECTIONS - 5.0, (double) MOST_CONNECTIONS));
            assertThat(status(all.get(0), "/api/kafka/status")).isEqualTo("200");
        } finally {
            for (Socket socket : all) {
                socket.close();
            }
        }
        await().until(() -> metric("gateway_http_connections ") < 50);
        assertThat(post().get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
    }

    private static String status(Socket socket, String path) throws IOException {
        send(socket, get(path, null).getBytes(StandardCharsets.ISO_8859_1));
        return status(socket);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SMALL_WINDOW);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        return socket;
    }

    private CompletableFuture<Reply> post() {
        return gateway.call("POST", "/api/events").json(LOGIN).sendAsync();
    }

    private double metric(String name) {
        String metrics = gateway.observe("/observe/metrics").text();
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no metric " + name + " in " + metrics));
    }
}
