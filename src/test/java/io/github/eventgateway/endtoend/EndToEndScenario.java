package io.github.eventgateway.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.WebhookServer;
import java.time.Duration;
import java.util.UUID;
import org.springframework.jdbc.core.ConnectionCallback;

/** The base of all scenarios: a shared gateway that contains events of other tests. */
interface EndToEndScenario {

    String USER_EVENTS = "user_events";
    String SYSTEM_LOGS = "system_logs";

    /** The longest time from the topic to the database, on a busy machine. */
    Duration ARRIVAL = Duration.ofSeconds(30);

    Gateway gateway();

    WebhookServer webhook();

    /** Returns a text that no other test uses. It is valid as event id, user name and service name. */
    static String unique() {
        return "t-" + UUID.randomUUID();
    }

    static String userEvent(String id, String type, String userId) {
        return """
                {"id": "%s", "type": "%s", "timestamp": "2026-01-31T12:00:00Z", "data":
                 {"user_id": "%s", "username": "alice", "ip": "192.0.2.7", "action": "test"}}""".formatted(id, type, userId);
    }

    static String login(String id) {
        return userEvent(id, "user_login", "42");
    }

    static String systemEvent(String id, String type, String field, String service, String level) {
        return """
                {"id": "%s", "type": "%s", "data": {"service": "%s", "%s": "what happened", "level": "%s"}}""".formatted(id, type, service, field, level);
    }

    static String error(String id, String level) {
        return systemEvent(id, "system_error", "error", "billing", level);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Waits until the event is stored, and returns it as the API does. */
    default Reply stored(String id) {
        await("event " + id)
                .atMost(ARRIVAL)
                .until(() -> gateway().get("/api/events/" + id).status() == 200);
        return gateway().get("/api/events/" + id);
    }

    /** Removes the event and its id, as if it had never been stored. */
    default void forget(String id) {
        gateway().database().update("DELETE FROM event WHERE id = ?", id);
        boolean isPostgresql = Boolean.TRUE.equals(gateway().database().execute((ConnectionCallback<Boolean>)
                connection -> connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")));
        if (isPostgresql) {
            gateway().database().update("DELETE FROM event_key WHERE id = ?", id);
        }
    }

    default int rows(String id) {
        Integer count =
                gateway().database().queryForObject("SELECT count(*) FROM event WHERE id = ?", Integer.class, id);
        return count == null ? 0 : count;
    }
}
