package io.github.eventgateway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads Server-Sent Events on its own thread until the stream ends or it is closed. */
public final class Listener implements AutoCloseable {

    private final HttpResponse<InputStream> response;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private volatile String end;
    private volatile String lastId = "";

    /**
     * One message of a stream.
     *
     * @param event its name, or null
     * @param id the last received id, or null
     * @param data its data, or null
     * @param comment its comment, or null
     */
    public record Message(String event, String id, String data, String comment) {}

    Listener(HttpResponse<InputStream> response) {
        this.response = response;
        Thread thread = new Thread(this::read, "listener");
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads an answer that has begun. */
    public static Listener of(HttpResponse<InputStream> response) {
        return new Listener(response);
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    add(lines);
                    lines.clear();
                } else {
                    lines.add(line);
                }
            }
            end = "whole";
        } catch (IOException e) {
            end = "cut off: " + e.getMessage();
        }
    }

    private void add(List<String> lines) {
        String id = field(lines, "id: ");
        if (lines.contains("id")) {
            lastId = "";
        } else if (id != null) {
            lastId = id;
        }
        messages.add(new Message(field(lines, "event: "), lastId, field(lines, "data: "), field(lines, ": ")));
    }

    private static String field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElse(null);
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    /** Returns all messages until now. */
    public List<Message> messages() {
        return messages;
    }

    /** Returns all stored events until now. */
    public List<Message> events() {
        return messages.stream()
                .filter(message -> message.event() == null && message.data() != null)
                .toList();
    }

    /** Returns the value for Last-Event-ID. */
    public String lastId() {
        return lastId;
    }

    /**
     * Returns how the stream ended: {@code whole} if HTTP ended it normally, otherwise the reason; null while it runs.
     */
    public String end() {
        return end;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            // The connection is closed already.
        }
    }
}
