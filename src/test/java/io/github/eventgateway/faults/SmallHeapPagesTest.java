package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.BrokerProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reads long pages and exports at the same time from a gateway with 192 MiB of heap. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmallHeapPagesTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int EVENTS = 60;
    /** One letter beyond Latin-1 doubles the memory of a text in Java. */
    private static final String TEXT = "中" + "x".repeat(400_000);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BrokerProcess broker;
    private GatewayProcess gateway;

    @BeforeAll
    void start() {
        broker = BrokerProcess.start();
        gateway = new GatewayProcess(
                Build.OF_THE_TESTS,
                // Unlike JAVA_TOOL_OPTIONS, these take precedence over the command line.
                Map.of("KAFKA_BROKERS", broker.brokers(), "_JAVA_OPTIONS", "-Xmx192m"),
                Map.of(),
                GatewayChange.NONE);
        gateway.launch();
        gateway.awaitReady();
    }

    @AfterAll
    void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void twentyLongPagesAtATimeAreAnsweredOrRefused() {
        Operator operator = new Operator(gateway, GatewayProcess.token());
        for (int i = 0; i < EVENTS; i++) {
            operator.post(
                            "/api/events",
                            "{\"id\":\"long-%d\",\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\",\"level\":\"info\",\"x\":\"%s\"}}"
                                    .formatted(i, TEXT))
                    .good();
        }
        for (int i = 0; i < EVENTS; i++) {
            operator.awaitStored("long-" + i);
        }

        for (int turn = 0; turn < 3; turn++) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int reader = 0; reader < 20; reader++) {
                String path = reader % 5 == 4 ? "/api/events/export?format=ndjson" : "/api/events?limit=500";
                answers.add(status(path, "reader-" + reader));
            }
            List<Integer> statuses =
                    answers.stream().map(CompletableFuture::join).toList();

            assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
            assertThat(statuses).as(gateway.output()).isSubsetOf(200, 429, 503).contains(200);
        }
    }

    private CompletableFuture<Integer> status(String path, String subject) {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(path))
                .header("Authorization", "Bearer " + GatewayProcess.token(subject))
                .timeout(LIMIT)
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> failure == null ? answer.statusCode() : 0);
    }
}
