package io.github.eventgateway.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives alerts on a free loopback port. It answers 204, or for chosen alerts 500, or 503 with {@code Retry-After}.
 */
public final class WebhookServer implements AutoCloseable {

    /** The target in the request line. */
    public static final String TARGET = "/alerts;v=1/%7B%7Bx%7D%7D?access_token=a%2Bb%20c+d%3D&&sign=RAW(e)&f='g'";

    private final List<Alert> alerts = new CopyOnWriteArrayList<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
    private final HttpServer server;

    /** A received request with its time. The names of its headers are in lower case. */
    public record Alert(String method, String target, Map<String, List<String>> headers, String body, Instant at) {

        public String idempotencyKey() {
            return headers.getOrDefault("idempotency-key", List.of("")).get(0);
        }
    }

    private WebhookServer(HttpServer server) {
        this.server = server;
    }

    public static WebhookServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            WebhookServer webhook = new WebhookServer(server);
            server.createContext("/", webhook::take);
            server.start();
            return webhook;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a URL as many services have it: with a token in the query, and with characters that must not change. */
    public String url() {
        return plainUrl() + TARGET;
    }

    /** Returns a URL that every version of the gateway accepts. */
    public String plainUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers 500 to alerts of this event from now on. */
    public void refuse(String eventId) {
        failing.add(eventId);
    }

    /** Accepts alerts of this event again. */
    public void accept(String eventId) {
        failing.remove(eventId);
    }

    /** Answers 503 to the next alert of this event, with this {@code Retry-After} in seconds. */
    public void askToWait(String eventId, int seconds) {
        waiting.put(eventId, seconds);
    }

    /** Returns the alerts of an event, accepted or not. */
    public List<Alert> of(String eventId) {
        return alerts.stream()
                .filter(alert -> eventId.equals(alert.idempotencyKey()))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        Map<String, List<String>> headers = new ConcurrentHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Alert alert = new Alert(
                exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body, Instant.now());
        alerts.add(alert);
        Integer wait = waiting.remove(alert.idempotencyKey());
        if (wait != null) {
            exchange.getResponseHeaders().set("Retry-After", wait.toString());
        }
        exchange.sendResponseHeaders(wait != null ? 503 : failing.contains(alert.idempotencyKey()) ? 500 : 204, -1);
        exchange.close();
    }
}
