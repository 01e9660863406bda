package io.github.eventgateway.lockeddown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the answer beyond the bound of unfinished erasures. */
class TooManyErasuresTest {

    private static final String USER = "{\"user_id\": \"u-7\"}";

    @Test
    void aFurtherErasureIsAnswered429_whichTheAuditTrailHasAsRefused_andTheUnfinishedOneIsNamed(@TempDir Path data) {
        try (Gateway gateway =
                Gateway.start(data, Map.of("KAFKA_ENABLED", "false", "gateway.erasure.max-running", "1"))) {
            // It never ends, because it has no user.
            gateway.database()
                    .update("INSERT INTO erasure (id, requested_at, user_hash, state)"
                            + " VALUES ('unfinished', '2026-01-01T00:00:00.000000Z', 'x', 'running')");

            Reply refused = gateway.post("/api/erasures", USER);

            assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
            assertThat(refused.reason()).isEqualTo("TOO_MANY_REQUESTS");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
            assertThat(refused.text())
                    .contains("at most 1 erasures may be unfinished")
                    .doesNotContain("u-7");
            assertThat(gateway.get("/api/audit?action=POST%20/api/erasures").data("/items"))
                    .noneMatch(record -> record.at("/detail").has("user_hash"))
                    .anyMatch(record -> record.at("/reason").asText().equals("TOO_MANY_REQUESTS"));
            await().untilAsserted(() -> assertThat(gateway.health().text())
                    .contains("The erasure unfinished cannot continue", "\"failing\":[\"unfinished\"]"));

            gateway.database().update("DELETE FROM erasure WHERE id = 'unfinished'");
            assertThat(gateway.post("/api/erasures", USER).status()).isEqualTo(202);
        }
    }
}
