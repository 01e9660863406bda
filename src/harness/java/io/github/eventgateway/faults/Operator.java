package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** An operator who uses a gateway over HTTP with a single token. For one thread. */
final class Operator {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final GatewayProcess gateway;
    private final String token;

    Operator(GatewayProcess gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /**
     * An answer.
     *
     * @param data the data of the answer; after a refusal the whole body
     */
    record Answer(int status, JsonNode data) {

        /** Returns the data of a successful answer; fails for any other answer. */
        JsonNode good() {
            if (status >= 300) {
                throw new IllegalStateException(status + " " + data);
            }
            return data;
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(gateway.uri(path)).GET());
    }

    Answer post(String path, String json) {
        return send(HttpRequest.newBuilder(gateway.uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Returns the items of a list from this cursor to the end. */
    List<JsonNode> from(String list, String cursor) {
        List<JsonNode> items = new ArrayList<>();
        for (String next = cursor; next != null; ) {
            JsonNode page = get(list + "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8))
                    .good();
            page.path("items").forEach(items::add);
            next = page.path("next_cursor").asText(null);
        }
        return items;
    }

    /** Sends this number of events as data alone. */
    List<Sent> sendData(String type, String key, String when, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    String name = when + "-" + number;
                    JsonNode taken = post("/api/events/" + type, Sent.data(type, key, name))
                            .good();
                    return Sent.ofDataAlone(taken.path("id").asText(), type, key, name);
                })
                .toList();
    }

    /** Sends an event, and waits for its dead letter; returns the id of the dead letter. */
    String sendRefused(Sent event) {
        event.sending();
        JsonNode taken = post("/api/events", event.json()).good();
        event.acknowledged();
        return awaitLetter(
                "CONSTRAINT_VIOLATED",
                letter -> letter.path("topic").equals(taken.path("topic"))
                        && letter.path("partition").equals(taken.path("partition"))
                        && letter.path("offset").equals(taken.path("offset")));
    }

    /** Waits for an open dead letter of user events with this reason that meets the condition; returns its id. */
    String awaitLetter(String reason, Predicate<JsonNode> wanted) {
        AtomicReference<String> found = new AtomicReference<>();
        Awaitility.await("dead letter")
                .atMost(ARRIVAL_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    String path = "/api/dead-letters?status=open&limit=500&topic=" + Sent.USER_EVENTS;
                    JsonNode page = get(path + "&reason=" + reason).good();
                    for (JsonNode letter : page.path("items")) {
                        if (wanted.test(letter)) {
                            found.set(letter.path("id").asText());
                            return true;
                        }
                    }
                    return false;
                });
        return found.get();
    }

    void awaitStored(String id) {
        Awaitility.await(id)
                .atMost(ARRIVAL_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> get("/api/events/" + id).status() == 200);
    }

    private Answer send(HttpRequest.Builder request) {
        HttpRequest complete = request.timeout(ANSWER_LIMIT)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(complete, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body = JSON.readTree(answer.body());
            return new Answer(answer.statusCode(), answer.statusCode() < 300 ? body.path("data") : body);
        } catch (IOException e) {
            URI uri = complete.uri();
            throw new UncheckedIOException(complete.method() + " " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
