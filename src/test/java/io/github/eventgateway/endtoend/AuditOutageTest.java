package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.Scenario.login;
import static io.github.eventgateway.endtoend.Scenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away, and with it the audit trail. */
class AuditOutageTest {

    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    @Test
    void whatCannotBeRecordedDoesNotHappen_andIsNotShown() throws Exception {
        EmbeddedPostgres database = postgres(0);
        int port = database.getPort();
        try (Gateway gateway = Gateway.start(
                data.resolve("gateway"),
                Map.of(
                        "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                        "DATABASE_USER", "postgres",
                        "gateway.database.connect-timeout", "1s",
                        "gateway.audit.record-timeout", "3s",
                        "gateway.audit.retry-delay", "200ms"))) {
            assertThat(gateway.get("/api/kafka/topics").status()).isEqualTo(200);
            String before = unique();
            assertThat(gateway.post("/api/kafka/test", message(before)).status())
                    .isEqualTo(200);

            database.close();
            String unaudited = unique();
            assertRefused(gateway.post("/api/kafka/test", message(unaudited)), 503, "DATABASE_UNAVAILABLE");
            assertRefused(gateway.get("/api/kafka/topics"), 503, "DATABASE_UNAVAILABLE");
            assertThat(gateway.post("/api/events", login(unique())).status())
                    .as("events are not audited one by one")
                    .isEqualTo(202);
            assertThat(gateway.get("/api/kafka/status").status()).isEqualTo(200);
            assertThat(gateway.records().all("system_logs"))
                    .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                    .anyMatch(value -> value.contains(before))
                    .noneMatch(value -> value.contains(unaudited));

            try (EmbeddedPostgres again = postgres(port)) {
                assertThat(again.getPort()).isEqualTo(port);
                await().atMost(RECOVERY)
                        .until(() -> gateway.get("/api/kafka/topics").status() == 200);
                assertThat(gateway.get("/api/audit/verify").data("/valid").asBoolean())
                        .isTrue();
                assertThat(gateway.get("/api/audit?outcome=failed&action=POST%20/api/kafka/test")
                                .data("/items/0/reason")
                                .asText())
                        .as("the attempt is in the record")
                        .isEqualTo("DATABASE_UNAVAILABLE");
            }
        }
    }

    private static String message(String text) {
        return "{\"message\": \"" + text + "\"}";
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data.resolve("pg"))
                .setCleanDataDirectory(false)
                .start();
    }
}
