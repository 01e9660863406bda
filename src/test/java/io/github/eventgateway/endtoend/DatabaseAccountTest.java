package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The PostgreSQL account of the gateway owns and creates nothing. The grants in docs/hardening.md are sufficient. */
class DatabaseAccountTest {

    private static final String DATABASE = "events";

    @TempDir
    private Path data;

    private EmbeddedPostgres postgres;
    private JdbcTemplate owner;

    private void makeTheAccounts() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        JdbcTemplate root = new JdbcTemplate(postgres.getPostgresDatabase());
        root.execute("CREATE ROLE events_owner LOGIN PASSWORD 'owner-pw'");
        root.execute("CREATE ROLE event_gateway LOGIN PASSWORD 'gateway-pw'");
        root.execute("CREATE DATABASE " + DATABASE + " OWNER events_owner");
        root.execute("REVOKE ALL ON DATABASE " + DATABASE + " FROM PUBLIC");
        root.execute("GRANT CONNECT ON DATABASE " + DATABASE + " TO event_gateway");
        JdbcTemplate inside = new JdbcTemplate(postgres.getDatabase("postgres", DATABASE));
        inside.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
        inside.execute("GRANT ALL ON SCHEMA public TO events_owner");
        inside.execute("GRANT USAGE ON SCHEMA public TO event_gateway");
        owner = inside;
    }

    @AfterEach
    void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void ifTheOwnerMigrates_theGatewaysAccountHasOnlyTheNecessaryPermissions() throws IOException {
        makeTheAccounts();
        Map<String, String> migrating = new HashMap<>(account());
        migrating.put("DATABASE_MIGRATION_USER", "events_owner");
        migrating.put("DATABASE_MIGRATION_PASSWORD", "owner-pw");
        try (Gateway gateway = Gateway.start(data.resolve("first"), migrating)) {
            assertAllWorks(gateway);
            assertThatAUserIsErased(gateway);
            JdbcTemplate own = gateway.database();
            assertThat(own.queryForObject("SELECT current_user", String.class)).isEqualTo("event_gateway");
            for (String forbidden : List.of(
                    "CREATE TABLE mine (id integer)",
                    "CREATE SCHEMA mine",
                    "DROP TABLE event",
                    "ALTER TABLE event ADD COLUMN more text",
                    "TRUNCATE event",
                    "DELETE FROM event",
                    "UPDATE event SET payload = ''",
                    "DELETE FROM event_key",
                    "DELETE FROM dead_letter",
                    "DELETE FROM dead_letter_history",
                    "UPDATE dead_letter_history SET outcome = ''",
                    "INSERT INTO event_gateway_schema_history SELECT * FROM event_gateway_schema_history",
                    "DELETE FROM event_gateway_schema_history")) {
                assertThatThrownBy(() -> own.execute(forbidden))
                        .as(forbidden)
                        .rootCause()
                        .hasMessageMatching("(?s)ERROR: (permission denied|must be owner).*");
            }
        }

        try (Gateway later = Gateway.start(data.resolve("later"), account())) {
            assertAllWorks(later);
        }
    }

    @Test
    void theDocumentedGrantsAreTheGrantsOfTheMigration() throws IOException {
        assertThat(Files.readString(Path.of("docs/hardening.md")))
                .contains(Files.readString(Path.of("src/main/resources/db/grants/postgresql.sql")));
        assertThat(Files.readString(Path.of("docs/zh/hardening.md")))
                .contains(Files.readString(Path.of("src/main/resources/db/grants/postgresql.sql")));
    }

    private Map<String, String> account() {
        return Map.of(
                "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + DATABASE,
                "DATABASE_USER", "event_gateway",
                "DATABASE_PASSWORD", "gateway-pw");
    }

    /** Runs every statement of the gateway: it stores, finds, dead-letters, replays and discards. */
    private void assertAllWorks(Gateway gateway) {
        String id = unique();
        await().atMost(EndToEndScenario.ARRIVAL)
                .until(() -> gateway.post("/api/events", login(id)).status() == 202);
        await().atMost(EndToEndScenario.ARRIVAL)
                .until(() -> gateway.get("/api/events/" + id).status() == 200);
        String replayed = deadLetter(gateway);
        String repaired = unique();
        Reply replay =
                gateway.post("/api/dead-letters/" + replayed + "/replay", "{\"event\": " + login(repaired) + "}");
        assertThat(replay.status()).as(replay.toString()).isEqualTo(200);
        await().atMost(EndToEndScenario.ARRIVAL)
                .until(() -> gateway.get("/api/events/" + repaired).status() == 200);
        assertThat(gateway.get("/api/dead-letters/" + replayed).text()).contains("repaired");
        Reply bulk = gateway.post("/api/dead-letters/replay", "{\"filter\": {\"topic\": \"system_logs\"}}");
        assertThat(bulk.status()).as(bulk.toString()).isEqualTo(200);
        Reply discarded =
                gateway.post("/api/dead-letters/" + deadLetter(gateway) + "/discard", "{\"reason\": \"a test\"}");
        assertThat(discarded.status()).as(discarded.toString()).isEqualTo(200);
        assertThat(owner.queryForObject("SELECT count(*) FROM dead_letter_history", Integer.class))
                .isGreaterThanOrEqualTo(2);
    }

    /** The account of the gateway stores the request. The owner of the tables erases. */
    private static void assertThatAUserIsErased(Gateway gateway) {
        Reply accepted = gateway.post("/api/erasures", "{\"user_id\": 42}");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        await().atMost(EndToEndScenario.ARRIVAL).until(() -> gateway.get(accepted.header("Location"))
                .data("/state")
                .asText()
                .equals("done"));
        assertThat(gateway.get(accepted.header("Location"))
                        .data("/erased/events")
                        .asInt())
                .isPositive();
    }

    private static String deadLetter(Gateway gateway) {
        String poison = "no event " + unique();
        gateway.records()
                .send(new ProducerRecord<>(EndToEndScenario.USER_EVENTS, poison.getBytes(StandardCharsets.UTF_8)));
        await().atMost(EndToEndScenario.ARRIVAL).until(() -> find(gateway, poison) != null);
        return find(gateway, poison);
    }

    private static String find(Gateway gateway, String value) {
        for (JsonNode item : gateway.get("/api/dead-letters?status=open").data("/items")) {
            String id = item.get("id").asText();
            if (gateway.get("/api/dead-letters/" + id).text().contains(value)) {
                return id;
            }
        }
        return null;
    }
}
