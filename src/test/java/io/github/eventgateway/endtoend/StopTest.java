package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Listener;
import io.github.eventgateway.testing.Reply;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that stops under load keeps its promise for every event, and accepts none without an answer. */
class StopTest {

    private static final int CALLERS = 6;
    private static final int UNDER_WAY = 200;

    /** The limit in the contract. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    private final String service = unique();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();

    @Test
    void exactlyTheAcknowledgedEventsAreStored() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            Gateway gateway = Gateway.start(data, Map.of());
            List<CompletableFuture<Void>> calling = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calling.add(CompletableFuture.runAsync(() -> callUntilItIsGone(gateway), callers));
            }
            await().until(() -> acknowledged.size() > UNDER_WAY);

            long started = System.nanoTime();
            gateway.close();

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(STOP_LIMIT);
            CompletableFuture.allOf(calling.toArray(CompletableFuture[]::new)).join();
            assertThat(refusals).isSubsetOf("503 STOPPING");
        } finally {
            callers.shutdownNow();
        }
        try (Gateway next = Gateway.start(data, Map.of())) {
            await().atMost(EndToEndScenario.ARRIVAL).until(() -> stored(next).containsAll(acknowledged));
            assertThat(stored(next)).isEqualTo(acknowledged);
            assertThat(next.records().all("system_logs").size())
                    .as("records on the topic")
                    .isEqualTo(acknowledged.size());
        }
    }

    @Test
    void aListenerGetsTheReasonOfTheStop_andItsStreamEndsProperly() {
        Gateway gateway = Gateway.start(data, Map.of("KAFKA_ENABLED", "false"));
        Listener listener = gateway.call("GET", "/api/events/stream").listen();
        await().until(() -> !listener.messages().isEmpty());

        long started = System.nanoTime();
        gateway.close();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(STOP_LIMIT);
        await().until(() -> listener.end() != null);
        assertThat(listener.end()).isEqualTo("whole");
        Listener.Message last = listener.messages().get(listener.messages().size() - 1);
        assertThat(last.event()).isEqualTo("end");
        assertThat(last.data()).contains("\"reason\":\"STOPPING\"");
    }

    private void callUntilItIsGone(Gateway gateway) {
        while (true) {
            String id = unique();
            try {
                Reply reply = gateway.post("/api/events", systemEvent(id, "system_info", "message", service, "info"));
                if (reply.status() == 202) {
                    acknowledged.add(id);
                } else {
                    refusals.add(reply.status() + " " + reply.reason());
                }
            } catch (UncheckedIOException e) {
                // The connection was refused or closed before the request was read, so the event must not be stored.
                return;
            }
        }
    }

    private Set<String> stored(Gateway gateway) {
        return gateway.database().queryForList("SELECT id FROM event WHERE service = ?", String.class, service).stream()
                .collect(Collectors.toSet());
    }
}
