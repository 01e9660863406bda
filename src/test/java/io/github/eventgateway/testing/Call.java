package io.github.eventgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Builds one request to a gateway. */
public final class Call {

    private final Gateway gateway;
    private final String method;
    private final String path;
    private final int port;
    private final List<String> headers = new ArrayList<>();
    private String token = Token.ofAllScopes();
    private BodyPublisher body = BodyPublishers.noBody();

    Call(Gateway gateway, String method, String path, int port) {
        this.gateway = gateway;
        this.method = method;
        this.path = path;
        this.port = port;
    }

    /** Sets another token instead of the one with all scopes; null for none. */
    public Call token(String another) {
        token = another;
        return this;
    }

    public Call header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    /** Sets a JSON body. */
    public Call json(String text) {
        return body("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets a body with this media type; null sends no media type. */
    public Call body(String mediaType, byte[] bytes) {
        body = BodyPublishers.ofByteArray(bytes);
        return mediaType == null ? this : header("Content-Type", mediaType);
    }

    /** Sets a body without announcing its length. */
    public Call chunked(String mediaType, byte[] bytes) {
        body = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(bytes));
        return header("Content-Type", mediaType);
    }

    /** Sends the request, compares the answer with the contract, and returns it. */
    public Reply send() {
        return gateway.held(method, path, sendUnheld());
    }

    /** Sends the request and returns the answer of a gateway that serves only a part of the contract. */
    public Reply sendUnheld() {
        try {
            return reply(gateway.client().send(request(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends the request as {@link #send} does, without waiting for the answer. */
    public CompletableFuture<Reply> sendAsync() {
        return gateway.client()
                .sendAsync(request(), BodyHandlers.ofByteArray())
                .thenApply(response -> gateway.held(method, path, reply(response)));
    }

    /** Sends the request and returns its stream of Server-Sent Events after the head of the answer. */
    public Listener listen() {
        try {
            return new Listener(gateway.client().send(request(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        return new Reply(response.statusCode(), response.headers(), response.body());
    }

    private HttpRequest request() {
        HttpRequest.Builder request = gateway.request(port, path).method(method, body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        return request.build();
    }
}
