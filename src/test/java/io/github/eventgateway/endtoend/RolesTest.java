package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.startup.UnknownRoleException;
import io.github.eventgateway.testing.Gateway;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance does not serve the calls of roles that GATEWAY_ROLES omits. */
class RolesTest {

    @TempDir
    private Path data;

    @Test
    void rolesOnOneBroker_shareTheWorkOfOneGateway() {
        String id = unique();
        try (Gateway ingest = start("ingest")) {
            String brokers = ingest.get("/api/kafka/status")
                            .data("/brokers/0/host")
                            .asText() + ":"
                    + ingest.get("/api/kafka/status").data("/brokers/0/port").asText();
            assertThat(ingest.post("/api/events", login(id)).status()).isEqualTo(202);
            assertThat(ingest.post("/api/kafka/test", "{\"message\": \"m\"}").status())
                    .isEqualTo(200);
            for (String path : List.of("/api/kafka/topics", "/api/dead-letters")) {
                assertThat(ingest.call("GET", path).sendUnheld().status())
                        .as(path)
                        .isEqualTo(404);
            }
            assertThat(ingest.call("GET", "/api/events").sendUnheld().status()).isEqualTo(405);
            assertThat(consumers(ingest)).isEmpty();

            Map<String, String> elsewhere = Map.of("KAFKA_BROKERS", brokers);
            try (Gateway store = Gateway.start(data.resolve("other"), with(elsewhere, "store,query"))) {
                await().atMost(EndToEndScenario.ARRIVAL)
                        .until(() -> store.get("/api/events/" + id).status() == 200);
                assertThat(consumers(store))
                        .containsExactlyInAnyOrder(
                                "store-user-events",
                                "store-system-logs",
                                "store-dead-letters-user-events",
                                "store-dead-letters-system-logs");
                assertThat(store.call("POST", "/api/events")
                                .json(login(id))
                                .sendUnheld()
                                .status())
                        .isEqualTo(405);
                assertThat(store.call("POST", "/api/kafka/test")
                                .json("{\"message\": \"m\"}")
                                .sendUnheld()
                                .status())
                        .isEqualTo(404);
                assertThat(store.observe("/observe/health/ready").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void theRoleHandleAlone_hasItsConsumerAndTheStatus() {
        try (Gateway handle = start("handle")) {
            assertThat(consumers(handle)).containsExactly("alert-on-errors");
            assertThat(handle.call("POST", "/api/events")
                            .json(login(unique()))
                            .sendUnheld()
                            .status())
                    .isEqualTo(404);
            assertRefused(handle.get("/api/nothing"), 404, "NOT_FOUND");
        }
    }

    @Test
    void anUnknownRole_preventsTheStart() {
        assertThatThrownBy(() -> start("ingest,stroe"))
                .isInstanceOf(UnknownRoleException.class)
                .hasMessageContaining("ingest,stroe")
                .hasMessageContaining("ingest,store,handle,query");
    }

    @Test
    void theEarlierNameOfARole_preventsTheStartAndNamesTheNewOne() {
        assertThatThrownBy(() -> start("store,alert"))
                .isInstanceOf(UnknownRoleException.class)
                .hasMessageContaining("the role alert is now handle");
    }

    private Gateway start(String roles) {
        return Gateway.start(data, with(Map.of(), roles));
    }

    private static Map<String, String> with(Map<String, String> settings, String roles) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("GATEWAY_ROLES", roles);
        return all;
    }

    private static List<String> consumers(Gateway gateway) {
        return gateway.get("/api/kafka/status").data("/consumers").findValuesAsText("route");
    }
}
