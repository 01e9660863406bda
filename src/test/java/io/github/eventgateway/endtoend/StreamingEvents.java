package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.systemEvent;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.testing.Listener;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows events while they are stored. */
interface StreamingEvents extends EndToEndScenario {

    String STREAM = "/api/events/stream";

    private Listener listen(String path, String subject, String lastId) {
        Listener listener = gateway()
                .call("GET", path)
                .token(Token.of("events:read", subject))
                .header("Last-Event-ID", lastId)
                .listen();
        assertThat(listener.status()).isEqualTo(200);
        await().atMost(ARRIVAL).until(() -> !listener.messages().isEmpty());
        return listener;
    }

    private void publish(String id, String service) {
        assertThat(gateway()
                        .post("/api/events", systemEvent(id, "system_info", "message", service, "info"))
                        .status())
                .isEqualTo(202);
    }

    private static JsonNode json(Listener.Message message) {
        return StrictJson.parse(message.data().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> ids(Listener listener) {
        return listener.events().stream()
                .map(message -> json(message).get("id").asText())
                .toList();
    }

    @Test
    default void eventsArriveWhenTheyAreStored_andAListenerResumes() {
        String service = unique();
        List<String> ids = List.of(unique(), unique(), unique(), unique());
        String path = STREAM + "?service=" + service + "&q=WHAT%20happened";
        String seen;
        try (Listener listener = listen(path, unique(), "")) {
            assertThat(listener.header("Content-Type")).startsWith("text/event-stream");
            publish(unique(), "another");
            publish(ids.get(0), service);
            publish(ids.get(1), service);
            await().atMost(ARRIVAL).until(() -> ids(listener).size() == 2);
            assertThat(ids(listener)).containsExactlyInAnyOrder(ids.get(0), ids.get(1));
            assertThat(json(listener.events().get(0)))
                    .isEqualTo(stored(ids(listener).get(0)).data(""));
            seen = listener.events().get(1).id();
        }
        publish(ids.get(2), service);
        stored(ids.get(2));
        try (Listener listener = listen(path, unique(), seen)) {
            await().atMost(ARRIVAL).until(() -> ids(listener).size() == 1);
            publish(ids.get(3), service);
            await().atMost(ARRIVAL).until(() -> ids(listener).size() == 2);
            assertThat(ids(listener)).containsExactly(ids.get(2), ids.get(3));
        }
    }

    @Test
    default void withoutNewEvents_heartbeatsHaveNewerIds() {
        try (Listener listener = listen(STREAM + "?service=" + unique(), unique(), "")) {
            String first = listener.lastId();
            publish(unique(), "another");

            await().atMost(ARRIVAL).until(() -> listener.messages().stream()
                    .anyMatch(message -> "heartbeat".equals(message.comment())
                            && !message.id().equals(first)));
            assertThat(listener.events()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1",
                "-1-0",
                "1-",
                "1-0; DROP TABLE event",
                "9999999999999999999-0",
                "1-9999999999",
                "0x1-0",
                "1-0-",
                "1-0-9999999999999999",
                "1-0-1-1"
            })
    default void givenAnInvalidLastId_thenItIsRefused(String id) {
        Reply reply = gateway().call("GET", STREAM).header("Last-Event-ID", id).send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).isEqualTo("INVALID_PARAMETER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-0", "999999999999999999-0", "999999999999999999-999999999"})
    default void givenAPositionOutsideTheStream_thenTheStreamEndsWithAMessage(String id) {
        try (Listener listener = listen(STREAM, unique(), id)) {
            await().atMost(ARRIVAL).until(() -> listener.end() != null);

            assertThat(listener.end()).isEqualTo("whole");
            Listener.Message last = listener.messages().get(listener.messages().size() - 1);
            assertThat(last.event()).isEqualTo("end");
            assertThat(last.id()).isEmpty();
            assertThat(json(last).at("/data/reason").asText()).isEqualTo("INVALID_PARAMETER");
            assertThat(json(last).at("/data/details/0/path").asText()).isEqualTo("Last-Event-ID");
        }
    }

    @Test
    default void oneSubjectHasABoundedNumberOfListeners() {
        String subject = unique();
        List<Listener> listeners = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                listeners.add(listen(STREAM, subject, ""));
            }
            Reply refused = gateway()
                    .call("GET", STREAM)
                    .token(Token.of("events:read", subject))
                    .send();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.reason()).isEqualTo("TOO_MANY_REQUESTS");
            listeners.add(listen(STREAM, unique(), ""));
        } finally {
            listeners.forEach(Listener::close);
        }
        // The gateway notices that the listener has gone.
        await().atMost(ARRIVAL).untilAsserted(() -> {
            Listener another = gateway()
                    .call("GET", STREAM)
                    .token(Token.of("events:read", subject))
                    .listen();
            another.close();
            assertThat(another.status()).isEqualTo(200);
        });
    }

    @Test
    default void aRequestForTheHeadersOnly_endsAtOnce_andIsNoListener() {
        String token = Token.of("events:read", unique());
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            replies.add(gateway().call("HEAD", STREAM).token(token).sendUnheld());
        }

        assertThat(replies).allSatisfy(reply -> {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("Content-Type")).startsWith("text/event-stream");
            await().atMost(ARRIVAL).untilAsserted(() -> assertThat(audited(reply.header("X-Request-Id")))
                    .anySatisfy(record ->
                            assertThat(record.at("/detail/items").asInt(-1)).isZero()));
        });
    }

    private List<JsonNode> audited(String request) {
        List<JsonNode> records = new ArrayList<>();
        gateway().get("/api/audit?limit=100").data("/items").forEach(record -> {
            if (request.equals(record.get("request_id").asText())) {
                records.add(record);
            }
        });
        return records;
    }

    @Test
    default void whenTheTokenExpires_theStreamEnds() {
        try (Listener listener = gateway()
                .call("GET", STREAM)
                .token(Token.of("events:read", unique(), Duration.ofSeconds(3)))
                .listen()) {
            await().atMost(ARRIVAL).until(() -> listener.end() != null);

            assertThat(listener.end()).isEqualTo("whole");
            assertThat(json(listener.messages().get(listener.messages().size() - 1))
                            .at("/data/reason")
                            .asText())
                    .isEqualTo("UNAUTHENTICATED");
        }
    }

    @Test
    default void listeningIsAuditedWithItsEnd_andNeedsItsScope() {
        String service = unique();
        String request;
        try (Listener listener = listen(STREAM + "?service=" + service, unique(), "")) {
            request = listener.header("X-Request-Id");
            publish(unique(), service);
            await().atMost(ARRIVAL).until(() -> listener.events().size() == 1);
        }
        await().atMost(ARRIVAL).untilAsserted(() -> {
            assertThat(audited(request)).hasSize(2).anySatisfy(record -> {
                assertThat(record.at("/detail/items").asInt()).isEqualTo(1);
                assertThat(record.at("/detail/last_position").asText()).isNotEmpty();
                assertThat(record.at("/target/service").asText()).isEqualTo(service);
            });
        });
        assertThat(gateway()
                        .call("GET", STREAM)
                        .token(Token.of("events:export"))
                        .send()
                        .reason())
                .isEqualTo("INSUFFICIENT_SCOPE");
    }
}
