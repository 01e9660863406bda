package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.file.Path;
import java.util.Map;
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
}
