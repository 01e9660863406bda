package io.github.eventgateway.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes alerts on a free port of the loopback address, and answers 204, or 500 to those that it is told to. */
public final class Webhook implements AutoCloseable {

    private final List<Alert> alerts = new CopyOnWriteArrayList<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final HttpServer server;

    /** A request as it came; the names of its headers are in lower case. */
    public record Alert(String method, Map<String, List<String>> headers, String body) {

        public String idempotencyKey() {
            return headers.getOrDefault("idempotency-key", List.of("")).get(0);
        }
    }

    private Webhook(HttpServer server) {
        this.server = server;
    }

    public static Webhook start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Webhook webhook = new Webhook(server);
            server.createContext("/", webhook::take);
            server.start();
            return webhook;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/alerts";
    }

    /** From now on an alert of this event is answered 500. */
    public void refuse(String eventId) {
        failing.add(eventId);
    }

    /** From now on an alert of this event is taken again. */
    public void accept(String eventId) {
        failing.remove(eventId);
    }

    /** The alerts of an event, taken or not. */
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
        Alert alert = new Alert(exchange.getRequestMethod(), headers, body);
        alerts.add(alert);
        exchange.sendResponseHeaders(failing.contains(alert.idempotencyKey()) ? 500 : 204, -1);
        exchange.close();
    }
}
