package io.github.eventgateway.testing;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of access tokens as the gateway sees it: a discovery document and public keys. */
public final class Issuer implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String keys;
    private volatile boolean trickles;
    private volatile CountDownLatch frozen = new CountDownLatch(0);

    private Issuer(HttpServer server) {
        this.server = server;
    }

    public static Issuer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            Issuer issuer = new Issuer(server);
            server.createContext("/", issuer::answer);
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String keysUri() {
        return uri() + "/keys";
    }

    /** Publishes these keys from now on. */
    public void publish(JWK... all) {
        keys = new JWKSet(List.of(all)).toPublicJWKSet().toString();
    }

    /** Answers 503 from now on. */
    public void fail() {
        keys = null;
    }

    /** Accepts requests for its keys from now on, but does not answer until it is thawed. */
    public void freeze() {
        frozen = new CountDownLatch(1);
    }

    /** Sends its keys byte by byte from now on, until it is thawed. */
    public void trickle() {
        freeze();
        trickles = true;
    }

    /** Answers the requests that arrived while it was frozen, and works again. */
    public void thaw() {
        trickles = false;
        frozen.countDown();
    }

    /** Returns how often its keys were requested. */
    public int fetches() {
        return fetches.get();
    }

    @Override
    public void close() {
        thaw();
        server.stop(0);
    }

    private void await() {
        try {
            frozen.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendSlowly(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        do {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
        } while (!isThawedWithin(Duration.ofMillis(200)));
    }

    private boolean isThawedWithin(Duration time) {
        try {
            return frozen.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isKeys = exchange.getRequestURI().getPath().equals("/keys");
            if (isKeys) {
                fetches.incrementAndGet();
                if (trickles) {
                    sendSlowly(exchange);
                    return;
                }
                await();
            }
            String content = isKeys ? keys : "{\"issuer\": \"%s\", \"jwks_uri\": \"%s\"}".formatted(uri(), keysUri());
            if (content == null) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
