package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sends events over HTTP, one request after the other. It repeats an event that was not acknowledged (503 or a closed
 * connection) with the same id, so the events of each key have an order.
 */
final class Client implements Runnable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(8);
    private static final int KEYS = 8;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final String token = "Bearer " + GatewayProcess.token();
    private final String name;
    private final Supplier<List<GatewayProcess>> gateways;
    private final Random random;
    private final int pauseMillis;
    private final int largestBatch;
    private final List<Sent> sent = new ArrayList<>();
    private final List<String> surprises = new ArrayList<>();
    private volatile long acknowledged;
    private volatile boolean stopping;
    private volatile long giveUpAt = Long.MAX_VALUE;
    private final List<Refusal> refusals = new ArrayList<>();
    private long slowestRefusalMillis;
    private long slowestAcceptanceMillis;

    /**
     * @param name the beginning of its ids and keys
     * @param gateways the gateways to call
     * @param pauseMillis the pause between requests
     * @param largestBatch the maximum number of events in a request
     */
    Client(String name, Supplier<List<GatewayProcess>> gateways, Random random, int pauseMillis, int largestBatch) {
        this.name = name;
        this.gateways = gateways;
        this.random = random;
        this.pauseMillis = pauseMillis;
        this.largestBatch = largestBatch;
    }

    @Override
    public void run() {
        while (!stopping) {
            List<Sent> next = next();
            sent.addAll(next);
            deliver(next);
            pause(pauseMillis);
        }
    }

    /** Stops after the current request. It repeats this request until it is accepted, at most for this time. */
    void stop(Duration limit) {
        giveUpAt = System.nanoTime() + limit.toNanos();
        stopping = true;
    }

    /** Returns all sent events; only after its thread has ended. */
    List<Sent> sent() {
        return sent;
    }

    /** Returns answers that are not in the contract; only after its thread has ended. */
    List<String> surprises() {
        return surprises;
    }

    /**
     * A request that was not accepted, or only partly.
     *
     * @param by the gateway of the request
     * @param from when it was sent, and {@code to} when the outcome was known, in {@link System#nanoTime}
     * @param how the status of the answer, or the reason why there was none
     */
    record Refusal(GatewayProcess by, long from, long to, String how) {}

    /** Returns the requests that were answered 503, or not at all; only after its thread has ended. */
    List<Refusal> refusals() {
        return refusals;
    }

    /** Returns the longest time until an answer other than 2xx; only after its thread has ended. */
    long slowestRefusalMillis() {
        return slowestRefusalMillis;
    }

    /** Returns the longest time until a 2xx; only after its thread has ended. */
    long slowestAcceptanceMillis() {
        return slowestAcceptanceMillis;
    }

    long acknowledged() {
        return acknowledged;
    }

    private List<Sent> next() {
        int size = random.nextBoolean() ? 1 : 1 + random.nextInt(largestBatch);
        List<Sent> next = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String id = name + "-" + (sent.size() + i);
            String topic = random.nextInt(5) < 3 ? Sent.USER_EVENTS : Sent.SYSTEM_LOGS;
            next.add(new Sent(id, topic, name + "-key-" + random.nextInt(KEYS)));
        }
        return next;
    }

    private void deliver(List<Sent> events) {
        List<Sent> left = events;
        while (!left.isEmpty() && System.nanoTime() < giveUpAt) {
            left = attempt(left);
            if (!left.isEmpty()) {
                pause(100 + random.nextInt(200));
            }
        }
    }

    /** Sends these events in one request; returns those to send again. */
    private List<Sent> attempt(List<Sent> events) {
        List<GatewayProcess> targets = gateways.get();
        GatewayProcess target = targets.get(random.nextInt(targets.size()));
        boolean single = events.size() == 1;
        String body = single
                ? events.get(0).json()
                : events.stream().map(Sent::json).collect(Collectors.joining(",", "[", "]"));
        events.forEach(Sent::sending);
        long start = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = http.send(
                    request(target.uri(single ? "/api/events" : "/api/events/batch"), body),
                    HttpResponse.BodyHandlers.ofByteArray());
            time(answer, Duration.ofNanos(System.nanoTime() - start).toMillis());
            List<Sent> left = outcome(events, answer);
            if (!left.isEmpty()) {
                refused(target, start, String.valueOf(answer.statusCode()));
            }
            return left;
        } catch (IOException e) {
            refused(target, start, e.toString());
            return events;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUpAt = System.nanoTime();
            return events;
        }
    }

    private void refused(GatewayProcess target, long start, String how) {
        refusals.add(new Refusal(target, start, System.nanoTime(), how));
    }

    private void time(HttpResponse<byte[]> answer, long millis) {
        if (answer.statusCode() < 300) {
            slowestAcceptanceMillis = Math.max(slowestAcceptanceMillis, millis);
        } else {
            slowestRefusalMillis = Math.max(slowestRefusalMillis, millis);
        }
    }

    private HttpRequest request(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(ANSWER_LIMIT)
                .header("Authorization", token)
                .header("Content-Type", "application/json")
                .header("Accept-Language", "en")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private List<Sent> outcome(List<Sent> events, HttpResponse<byte[]> answer) throws IOException {
        Set<Integer> refused = new HashSet<>();
        if (answer.statusCode() == 207) {
            for (JsonNode error : JSON.readTree(answer.body()).at("/data/errors")) {
                refused.add(error.path("index").asInt());
                if (!error.path("reason").asText().equals("KAFKA_UNAVAILABLE")) {
                    surprises.add(error.toString());
                }
            }
        } else if (answer.statusCode() != 202) {
            boolean busy = answer.statusCode() == 503 || answer.statusCode() == 429;
            if (!busy || answer.headers().firstValue("Retry-After").isEmpty()) {
                surprises.add(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return events;
        }
        List<Sent> left = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (refused.contains(i)) {
                left.add(events.get(i));
            } else {
                events.get(i).acknowledged();
                acknowledged++;
            }
        }
        return left;
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
