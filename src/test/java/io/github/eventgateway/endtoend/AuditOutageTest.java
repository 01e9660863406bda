package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.SqliteFile;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.RawBatches;
import io.github.eventgateway.testing.Reply;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The database fails, and with it the audit trail. */
class AuditOutageTest {

    private static final Duration RECOVERY = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    @Test
    void aCallThatCannotBeRecorded_hasNoEffect_andShowsNothing() throws Exception {
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
                        .as("the audit trail has the attempt")
                        .isEqualTo("DATABASE_UNAVAILABLE");
            }
        }
    }

    @Test
    void theAnchorTopicRevealsLostRecords_andAnotherSecretPreventsTheStart() throws Exception {
        Path folder = data.resolve("anchors");
        Map<String, String> settings = Map.of(
                "AUDIT_ANCHOR_TOPIC", "audit-anchors",
                "gateway.audit.anchor-file", "",
                "gateway.audit.anchor-interval", "200ms");
        try (Gateway gateway = Gateway.start(folder, settings)) {
            for (int i = 0; i < 5; i++) {
                gateway.get("/api/kafka/topics");
            }
            await().atMost(RECOVERY)
                    .until(() ->
                            gateway.get("/api/audit/verify").data("/anchors").asInt() > 2);
            assertThat(gateway.get("/api/audit/verify").data("/valid").asBoolean())
                    .isTrue();
            assertThat(health(gateway).body()).contains("\"audit\":{\"status\":\"UP\"}");
        }

        JdbcTemplate database = new JdbcTemplate(SqliteFile.at(folder.resolve("events.db")));
        database.execute("DROP TRIGGER audit_record_not_deleted");
        database.update("DELETE FROM audit_record WHERE sequence > 2");
        database.update("UPDATE audit_head SET sequence = 2, mac = (SELECT mac FROM audit_record WHERE sequence = 2)");

        try (Gateway gateway = Gateway.start(folder, settings)) {
            gateway.get("/api/kafka/topics");
            // Other records in the topic must not hide the anchors from the verification.
            gateway.records().sendMany("audit-anchors", new byte[300], 100);
            gateway.records()
                    .sendRaw(
                            new TopicPartition("audit-anchors", 0),
                            RawBatches.withTooLongRecord(Compression.gzip().build()));
            gateway.records().sendMany("audit-anchors", "x".getBytes(StandardCharsets.US_ASCII), 100_000);
            Reply verdict = gateway.get("/api/audit/verify");
            assertThat(verdict.data("/valid").asBoolean())
                    .as(verdict.toString())
                    .isFalse();
            assertThat(verdict.data("/lost")).isNotEmpty();
            HttpResponse<String> health = health(gateway);
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains(verdict.data("/lost/0").asText());
        }

        Map<String, String> changed = new HashMap<>(settings);
        changed.put("AUDIT_SECRET", "another-secret-that-is-long-enough-too");
        assertThatThrownBy(() -> Gateway.start(folder, changed))
                .hasRootCauseInstanceOf(StartupException.class)
                .rootCause()
                .hasMessageContaining("was written with another AUDIT_SECRET");
    }

    @Test
    void aCallThatIsAnswered503IsNeverRecordedAsDone() throws Exception {
        Path folder = data.resolve("told");
        try (Gateway gateway = Gateway.start(
                folder, Map.of("gateway.audit.record-timeout", "1s", "gateway.audit.retry-delay", "200ms"))) {
            assertThat(gateway.get("/api/kafka/topics").status()).isEqualTo(200);
            List<Reply> refused = new ArrayList<>();
            try (Connection other = SqliteFile.at(folder.resolve("events.db")).getConnection();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE audit_head SET sequence = sequence");
                refused.add(gateway.get("/api/kafka/topics"));
                refused.add(gateway.post("/api/kafka/test", message("unaudited")));
                other.rollback();
            }

            await().atMost(RECOVERY)
                    .until(() -> gateway.get("/api/kafka/topics").status() == 200);
            for (Reply reply : refused) {
                assertRefused(reply, 503, "DATABASE_UNAVAILABLE");
                assertThat(gateway.database()
                                .queryForList(
                                        "SELECT outcome, status FROM audit_record WHERE request_id = ?",
                                        reply.header("X-Request-Id")))
                        .isNotEmpty()
                        .allSatisfy(record -> assertThat(record)
                                .containsEntry("outcome", "failed")
                                .containsEntry("status", 503));
            }
        }
    }

    private static HttpResponse<String> health(Gateway gateway) throws Exception {
        URI health = URI.create("http://127.0.0.1:" + gateway.managementPort() + "/observe/health");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
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
