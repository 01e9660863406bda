package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bulk replay takes longer than its request, and ends with its gateway. Its outcome stays traceable. */
class LongWorkTest {

    private static final Map<String, String> SETTINGS = Map.of("gateway.http.long-work.answer-after", "200ms");
    private static final String REPLAYS = "/api/dead-letters/replays";
    private static final String SLOWLY = "{\"filter\":{},\"rate\":1}";
    private static final int LETTERS = 30;

    @TempDir
    private Path data;

    @Test
    void aLongReplayContinuesAsAJob_andEndsWhenItIsStopped_orWithItsGateway() {
        String left;
        long since;
        try (Gateway gateway = Gateway.start(data, SETTINGS)) {
            for (int i = 0; i < LETTERS; i++) {
                byte[] value = ("no event " + i).getBytes(StandardCharsets.UTF_8);
                gateway.records().send(new ProducerRecord<>("user_events", value));
            }
            await().atMost(EndToEndScenario.ARRIVAL)
                    .until(() -> gateway.get("/api/dead-letters?limit=500&status=open")
                                    .data("/items")
                                    .size()
                            == LETTERS);
            stopped(gateway);
            left = startLong(gateway);
            since = System.nanoTime();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - since))
                .as("duration of the stop")
                .isLessThan(Duration.ofSeconds(25));
        try (Gateway next = Gateway.start(data, SETTINGS)) {
            Reply unknown = next.get(left);
            assertRefused(unknown, 404, "NOT_FOUND");
            assertThat(unknown.data("/details/0/message").asText()).contains("audit trail", "Another gateway");
            JsonNode end = audited(next, left.substring(left.lastIndexOf('/') + 1), "done");
            assertThat(end.at("/detail/replayed").asInt()).isPositive();
            assertThat(end.at("/detail/remaining").asInt()).isPositive();
            assertThat(next.database()
                            .queryForObject("SELECT COUNT(*) FROM dead_letter WHERE status = 'replaying'", Long.class))
                    .isZero();
        }
    }

    private static String startLong(Gateway gateway) {
        Reply accepted = gateway.post("/api/dead-letters/replay", SLOWLY);
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.data("/state").asText()).isEqualTo("running");
        return accepted.header("Location");
    }

    private static void stopped(Gateway gateway) {
        String place = startLong(gateway);
        String other = startLong(gateway);
        String id = place.substring(place.lastIndexOf('/') + 1);
        assertRefused(gateway.post("/api/dead-letters/replay", SLOWLY), 429, "TOO_MANY_REQUESTS");
        assertThat(gateway.get(REPLAYS).data("/items")).hasSize(2);
        assertThat(audited(gateway, id, "begun").at("/subject").asText()).isNotEmpty();

        await().until(() -> gateway.get(place).data("/result/replayed").asInt() > 0);
        assertThat(gateway.call("POST", place + "/stop").send().status()).isEqualTo(200);
        assertThat(gateway.call("POST", other + "/stop").send().status()).isEqualTo(200);

        await().until(() -> gateway.get(place).data("/state").asText().equals("stopped"));
        await().until(() -> gateway.get(other).data("/state").asText().equals("stopped"));
        JsonNode result = gateway.get(place).data("/result");
        assertThat(result.get("remaining").asInt()).isPositive();
        await().untilAsserted(() -> assertThat(
                        audited(gateway, id, "done").at("/detail/replayed").asInt())
                .isEqualTo(result.get("replayed").asInt()));
    }

    /** Returns the audit record of this job. */
    private static JsonNode audited(Gateway gateway, String job, String outcome) {
        for (JsonNode record :
                gateway.get("/api/audit?limit=500&outcome=" + outcome).data("/items")) {
            boolean isOfReplay = record.at("/action").asText().equals("POST /api/dead-letters/replay");
            if (isOfReplay && record.at("/detail/job").asText().equals(job)) {
                return record;
            }
        }
        throw new AssertionError("There is no record " + outcome + " of the job " + job);
    }
}
