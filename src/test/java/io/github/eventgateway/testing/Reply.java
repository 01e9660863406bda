package io.github.eventgateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

/** An answer of a gateway. */
public record Reply(int status, HttpHeaders headers, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the node at this JSON Pointer under {@code data}; a missing node if nothing is there. */
    public JsonNode data(String pointer) {
        return json().path("data").at(pointer);
    }

    public String message() {
        return json().path("message").asText();
    }

    /** Returns the reason of a refusal; empty for other answers. */
    public String reason() {
        return data("/reason").asText();
    }

    /** Returns the pointers of all faults in a refusal. */
    public List<String> paths() {
        return StreamSupport.stream(data("/details").spliterator(), false)
                .map(detail -> detail.path("path").asText())
                .toList();
    }

    @Override
    public String toString() {
        return status + " " + text();
    }
}
