package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret of the audit trail and of seals changes while events are in Kafka. */
class SecretChangeTest {

    private static final String NEXT = "the-next-secret-of-the-audit-trail";

    @TempDir
    private Path data;

    @Test
    void recordsSealedWithTheOldSecretKeepTheirPublisher_andTheAuditTrailContinues() {
        String id = unique();
        try (Gateway before = Gateway.start(data, Map.of("GATEWAY_ROLES", "ingest"))) {
            assertThat(before.post("/api/events", login(id)).status()).isEqualTo(202);
            assertThat(before.post("/api/kafka/test", "{\"message\": \"m\"}").status())
                    .isEqualTo(200);
        }

        try (Gateway after = Gateway.start(
                data, Map.of("AUDIT_SECRET", NEXT, "AUDIT_SECRET_ALSO", "unused-" + NEXT + "," + Token.SECRET))) {
            await().atMost(EndToEndScenario.ARRIVAL)
                    .until(() -> after.get("/api/events/" + id).status() == 200);
            assertThat(after.get("/api/events/" + id).data("/publisher").asText())
                    .isNotEmpty()
                    .isNotEqualTo("null");
            Reply change = after.get("/api/audit?action=rotate-audit-key");
            assertThat(change.data("/items")).hasSize(1);
            assertThat(change.data("/items/0/key_id").asText())
                    .isEqualTo(change.data("/items/0/target/to").asText());
            Reply verdict = after.get("/api/audit/verify");
            assertThat(verdict.data("/valid").asBoolean())
                    .as(verdict.toString())
                    .isTrue();
        }
    }

    @Test
    void onSqlite_anEventWithoutAnIdIsStoredOnce_whicheverSecretItsIdIsDerivedFrom() {
        assertStoredOnce(Map.of());
    }

    @Test
    void onPostgresql_anEventWithoutAnIdIsStoredOnce_whicheverSecretItsIdIsDerivedFrom() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            assertStoredOnce(Map.of(
                    "DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                    "DATABASE_USER",
                    "postgres"));
        }
    }

    /** Each gateway has another consumer group, and reads all records again. */
    private void assertStoredOnce(Map<String, String> database) {
        List<String> ofOldSecret;
        try (Gateway gateway = withSecrets(database, "first", Token.SECRET, NEXT)) {
            send(gateway, "ann");
            ofOldSecret = stored(gateway, 1, 0);
        }
        List<String> ofBoth;
        try (Gateway gateway = withSecrets(database, "second", NEXT, Token.SECRET)) {
            send(gateway, "bob");
            ofBoth = stored(gateway, 1, 1);
            assertThat(ofBoth).hasSize(2).containsAll(ofOldSecret);
        }
        try (Gateway gateway = withSecrets(database, "third", Token.SECRET, NEXT)) {
            send(gateway, "eve");
            assertThat(stored(gateway, 1, 2)).hasSize(3).containsAll(ofBoth);
        }
    }

    private Gateway withSecrets(Map<String, String> database, String group, String secret, String also) {
        Map<String, String> settings = new HashMap<>(database);
        settings.put("GATEWAY_ROLES", "store");
        settings.put("gateway.store.group", group);
        settings.put("AUDIT_SECRET", secret);
        settings.put("AUDIT_SECRET_ALSO", also);
        return Gateway.start(data, settings);
    }

    private static void send(Gateway gateway, String username) {
        String event = login("x").replace("\"id\": \"x\",", "").replace("alice", username);
        gateway.records().send(new ProducerRecord<>("user_events", event.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns all ids, after the gateway has stored so many events and skipped so many others. */
    private static List<String> stored(Gateway gateway, int fresh, int repeated) {
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        await().atMost(EndToEndScenario.ARRIVAL).untilAsserted(() -> assertThat(List.of(
                        meters.counter("gateway.events.stored").count(),
                        meters.counter("gateway.events.duplicates").count()))
                .containsExactly((double) fresh, (double) repeated));
        List<String> ids = gateway.database().queryForList("SELECT id FROM event", String.class);
        assertThat(ids).allMatch(id -> id.startsWith("derived:"));
        return ids;
    }
}
