package io.github.eventgateway.faults;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Many callers request data from the database while it does not answer. They must not block other calls. */
final class Callers {

    private static final int COUNT = 150;
    private static final int AUDITED = 8;
    private static final int ROUNDS = 4;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    /** The limit of the status in the contract. */
    private static final long STATUS_LIMIT_MILLIS = 2500;

    private static final long ROUND_MILLIS = 1500;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token = "Bearer " + GatewayProcess.token();
    private final GatewayProcess gateway;
    private final Verdict verdict;

    private Callers(GatewayProcess gateway, Verdict verdict) {
        this.gateway = gateway;
        this.verdict = verdict;
    }

    /**
     * Calls the gateway, and reports to the verdict if the status is too slow or if no event of other callers is
     * accepted. Blocks.
     */
    static void call(GatewayProcess gateway, Verdict verdict) {
        try {
            new Callers(gateway, verdict).call();
        } catch (IOException e) {
            verdict.breach(Verdict.Breach.SPREAD, "no status: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call() throws IOException, InterruptedException {
        for (int i = 0; i < COUNT; i++) {
            String path = i < AUDITED ? "/api/kafka/topics" : i % 2 == 0 ? "/api/events?q=x" : "/api/audit";
            http.sendAsync(request(path, ANSWER_LIMIT), HttpResponse.BodyHandlers.discarding());
        }
        double taken = gateway.metric("gateway_events_received_total");
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            int status = http.send(request("/api/kafka/status", ANSWER_LIMIT), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (status != 200 || millis > STATUS_LIMIT_MILLIS) {
                verdict.breach(Verdict.Breach.SPREAD, "status " + status + " after " + millis + " ms");
            }
            TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS - Math.min(ROUND_MILLIS, millis));
            double now = gateway.metric("gateway_events_received_total");
            if (now <= taken) {
                verdict.breach(Verdict.Breach.SPREAD, "no event was taken for " + ROUND_MILLIS + " ms");
            }
            taken = now;
        }
    }

    private HttpRequest request(String path, Duration limit) {
        return HttpRequest.newBuilder(gateway.uri(path))
                .header("Authorization", token)
                .timeout(limit)
                .GET()
                .build();
    }
}
