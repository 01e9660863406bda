package io.github.eventgateway.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.BrokerProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sends input that could take gigabytes to a gateway with 384 MiB of heap, which would end if memory ran out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmallHeapTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int BEYOND_THE_HEAP = 600 * 1024 * 1024;
    private static final int LONG = 500_000;
    private static final int COUNT = 300;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BrokerProcess broker;
    private GatewayProcess gateway;
    private Operator operator;

    @BeforeAll
    void start() {
        broker = BrokerProcess.start();
        gateway = new GatewayProcess(
                Build.OF_THE_TESTS, Map.of("KAFKA_BROKERS", broker.brokers()), Map.of(), GatewayChange.NONE);
        gateway.launch();
        gateway.awaitReady();
        operator = new Operator(gateway, GatewayProcess.token());
    }

    @AfterAll
    void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void recordsThatInflateBeyondTheHeapBlockNothing() {
        produce(List.of(value("before", 10), new byte[BEYOND_THE_HEAP], value("after", 10)));

        operator.awaitStored("before");
        operator.awaitStored("after");
        await().atMost(LIMIT)
                .until(() -> operator.get("/api/dead-letters?reason=TOO_LARGE")
                                .good()
                                .path("items")
                                .size()
                        > 0);
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void manyLongRecordsInASmallBatchAreStored() {
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            values.add(value("long-" + i, LONG));
        }
        produce(values);

        operator.awaitStored("long-" + (COUNT - 1));
        assertThat(gateway.isAlive()).isTrue();
    }

    @Test
    void denseOrLargeBatchesDoNotPreventLaterOnes() {
        String event =
                "{\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\",\"level\":\"info\",\"x\":[";
        String heavy = event + "{},".repeat(30_000) + "{}]}}";
        String usual = event + "\"a text of some length\",".repeat(15) + "1]}}";
        List<String> bodies = List.of(
                "[" + (heavy + ",").repeat(100) + heavy + "]",
                "[" + (usual + ",").repeat(9_000) + usual + "]",
                "[" + "{},".repeat(3_500_000) + "{}]",
                "{\"x\":[" + "[],".repeat(300_000) + "[]]}");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(http.sendAsync(post(bodies.get(i % bodies.size())), HttpResponse.BodyHandlers.ofString()));
        }
        List<String> outcomes = answers.stream()
                .map(answer -> answer.handle((reply, failure) ->
                                failure == null ? String.valueOf(reply.statusCode()) : failure.toString())
                        .join())
                .toList();

        assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
        assertThat(outcomes).as(gateway.output()).isSubsetOf("202", "207", "400", "413", "422", "429", "503");
        await().atMost(LIMIT)
                .until(() -> http.send(post(usual), HttpResponse.BodyHandlers.ofString())
                                .statusCode()
                        == 202);
    }

    private HttpRequest post(String body) {
        return HttpRequest.newBuilder(gateway.uri(body.startsWith("[") ? "/api/events/batch" : "/api/events"))
                .header("Authorization", "Bearer " + GatewayProcess.token())
                .header("Content-Type", "application/json")
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static byte[] value(String id, int length) {
        return ("{\"id\":\"%s\",\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\",\"level\":\"info\",\"x\":\"%s\"}}")
                .formatted(id, "x".repeat(length))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Sends all in one batch if it compresses well enough. */
    private void produce(List<byte[]> values) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("bootstrap.servers", broker.brokers());
        settings.put("compression.type", "gzip");
        settings.put("batch.size", 700_000_000);
        settings.put("max.request.size", 2_000_000_000);
        settings.put("buffer.memory", 2_000_000_000L);
        settings.put("linger.ms", 60_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            values.forEach(value -> producer.send(new ProducerRecord<>(Sent.SYSTEM_LOGS, 0, null, value)));
            producer.flush();
        }
    }
}
