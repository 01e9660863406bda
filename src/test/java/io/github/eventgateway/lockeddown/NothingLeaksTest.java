package io.github.eventgateway.lockeddown;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.github.eventgateway.testing.Call;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import io.github.eventgateway.testing.WebhookServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Runs a complete gateway with marked secrets: the content of events must not reach the log, access tokens must appear
 * nowhere, and withheld fields must not be stored.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NothingLeaksTest {

    private static final String MARKER = "Marker-of-what-an-event-says-4711";
    private static final String NEVER_KEPT = "Marker-of-what-is-never-kept-0815";
    private static final String WEBHOOK_KEY = "key-of-the-webhook-2342";
    private static final String PREVIOUS_SECRET = "the-secret-before-the-secret-of-the-tests";
    private static final Duration ARRIVAL = Duration.ofSeconds(60);

    private final WebhookServer webhook = WebhookServer.start();
    private final Log log = new Log();
    private Gateway gateway;

    @BeforeAll
    void start(@TempDir Path data) {
        Map<String, String> settings = new HashMap<>();
        settings.put("ALERT_WEBHOOK_URL", webhook.url() + "&key=" + WEBHOOK_KEY);
        settings.put("gateway.handle.redelivery-delay-ms", "20");
        settings.put("LOG_LEVEL", "info");
        settings.put("JWT_SECRET_PREVIOUS", PREVIOUS_SECRET);
        settings.put("REDACTION_KEY", "a-key-of-hashes-for-tests-that-is-long-enough");
        settings.put("gateway.events.redaction.redacted.user_login[0]", "/username");
        settings.put("gateway.events.redaction.hashed.user_login[0]", "/user_id");
        settings.put("gateway.events.redaction.hashed.user_login[1]", "/ip");
        gateway = Gateway.start(data, settings);
        log.setContext(root().getLoggerContext());
        log.start();
        root().addAppender(log);
    }

    @AfterAll
    void stop() {
        root().detachAppender(log);
        if (gateway != null) {
            gateway.close();
        }
        webhook.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void theLogHasNoContentOfAcceptedOrFailedEvents() {
        webhook.refuse("leak-alert");
        gateway.post("/api/events", update("leak-taken", MARKER));
        gateway.post("/api/events/user_update", "{\"user_id\": 1, \"username\": \"" + MARKER + "\"}");
        gateway.post(
                "/api/events",
                "{\"id\":\"leak-alert\",\"type\":\"system_error\",\"data\":{\"service\":\"%1$s\",\"error\":\"%1$s\",\"details\":{\"%1$s\":1}}}"
                        .formatted(MARKER));
        // Each of these is refused for another reason.
        gateway.post("/api/events", update(MARKER + "!", MARKER));
        gateway.post("/api/events", "{\"type\":\"" + MARKER + "\"}");
        gateway.post("/api/events", "{\"" + MARKER + "\":");
        gateway.post("/api/events", update("leak-invalid", MARKER.repeat(3)));
        gateway.post("/api/events/" + MARKER, "{}");
        gateway.post("/api/events/batch", "[" + update("leak-batch", MARKER) + ",{\"" + MARKER + "\":1}]");
        gateway.get("/api/events?q=" + MARKER + "&username=" + MARKER + "&cursor=" + MARKER);
        gateway.get("/api/events/" + MARKER);
        gateway.get("/api/dead-letters?topic=" + MARKER);
        gateway.get("/" + MARKER);
        // Directly in the topic: a record that is not an event, one that violates its schema, and one that fits no
        // column.
        gateway.records()
                .send(
                        record("user_events", MARKER, MARKER),
                        record("user_events", MARKER, update("leak-broken", MARKER.repeat(3))),
                        record("system_logs", MARKER, "{\"type\":\"user_update\",\"data\":{\"" + MARKER + "\":1}}"),
                        record("user_events.dlq", MARKER, MARKER));

        await().atMost(ARRIVAL).untilAsserted(() -> {
            assertThat(gateway.get("/api/events/leak-taken").status()).isEqualTo(200);
            assertThat(gateway.get("/api/events/leak-batch").status()).isEqualTo(200);
            // Five records that cannot be stored, and the alert that the webhook refused.
            assertThat(gateway.get("/api/dead-letters").data("/items")).hasSizeGreaterThanOrEqualTo(6);
        });
        log.require("WARN");
        log.mustNotHold(MARKER);
        assertThat(webhook.of("leak-alert")).isNotEmpty().allMatch(alert -> alert.target()
                .contains(WEBHOOK_KEY));
        log.mustNotHold(WEBHOOK_KEY);
        assertThat(gateway.get("/api/routes").text()).doesNotContain(WEBHOOK_KEY);
        assertThat(gateway.get("/api/dead-letters").text()).doesNotContain(WEBHOOK_KEY);
    }

    @Test
    void tokensAppearNowhere() {
        String good = Token.ofAllScopes();
        String refused = Token.ofAnotherKey();
        String narrow = Token.of("kafka:test");
        StringBuilder answers = new StringBuilder();
        for (String token : List.of(good, refused, narrow)) {
            for (Call call : List.of(
                    gateway.call("POST", "/api/events").json(update("tokens-" + token.hashCode(), "a")),
                    gateway.call("POST", "/api/events").json("{"),
                    gateway.call("POST", "/api/kafka/test").json("{\"message\": \"a\"}"),
                    gateway.call("GET", "/api/events"),
                    gateway.call("GET", "/api/kafka/status"),
                    gateway.call("GET", "/api/events?access_token=" + token),
                    gateway.call("PUT", "/api/events"),
                    gateway.call("GET", "/nothing"))) {
                answers.append(text(call.token(token).send()));
            }
        }
        gateway.records().send(record("user_events", "k", "no event, so that there is a dead letter"));
        await().atMost(ARRIVAL).untilAsserted(() -> assertThat(
                        gateway.get("/api/events/tokens-" + good.hashCode()).status())
                .isEqualTo(200));
        answers.append(text(gateway.observe("/observe/metrics")));
        answers.append(text(gateway.observe("/observe/health/ready")));
        String kafka = List.of("user_events", "system_logs", "user_events.dlq").stream()
                .flatMap(topic -> gateway.records().all(topic).stream())
                .map(NothingLeaksTest::text)
                .collect(Collectors.joining());
        String database = gateway.database().queryForList("SELECT * FROM event").toString()
                + gateway.database().queryForList("SELECT * FROM dead_letter");

        assertThat(kafka).contains("tokens-");
        for (String token : List.of(good, refused, narrow)) {
            for (String part : List.of(token, token.substring(token.lastIndexOf('.') + 1))) {
                assertThat(answers.toString()).doesNotContain(part);
                assertThat(kafka).doesNotContain(part);
                assertThat(database).doesNotContain(part);
                log.mustNotHold(part);
            }
        }
    }

    @Test
    void redactedFields_areInNoTopicAndNoRow_andAreFoundByTheirValue() {
        String login = """
                {"id": "%s", "type": "user_login", "data": {"user_id": "%s", "username": "%s", "ip": "192.0.2.99", "action": "login"}}""";
        Reply taken = gateway.post("/api/events", login.formatted("kept-not", NEVER_KEPT, NEVER_KEPT));
        assertThat(taken.status()).isEqualTo(202);
        ConsumerRecord<byte[], byte[]> record = gateway.records()
                .at(
                        "user_events",
                        taken.data("/partition").asInt(),
                        taken.data("/offset").asLong());
        assertThat(text(record)).contains("***", "h:").doesNotContain(NEVER_KEPT, "192.0.2.99");
        assertThat(new String(record.key(), UTF_8)).startsWith("h:");

        // Another program writes the plain value. Kafka has it, but the database must not have it.
        gateway.records().send(record("user_events", "k", login.formatted("kept-not-either", NEVER_KEPT, NEVER_KEPT)));
        await().atMost(ARRIVAL).untilAsserted(() -> {
            Reply found = gateway.get("/api/events?user_id=" + NEVER_KEPT + "&ip=192.0.2.99");
            assertThat(found.data("/items")).hasSize(2);
            assertThat(found.text()).doesNotContain(NEVER_KEPT);
        });
        assertThat(gateway.database().queryForList("SELECT * FROM event").toString())
                .contains("kept-not", "kept-not-either")
                .doesNotContain(NEVER_KEPT, "192.0.2.99");
        assertThat(gateway.get("/api/events?user_id=someone-else").data("/items"))
                .isEmpty();
        gateway.get("/api/events?limit=7&q=" + NEVER_KEPT + "&username=" + NEVER_KEPT);
        gateway.get("/api/events?q=192.0.2.99&from=yesterday");
        gateway.get("/api/audit?limit=1");
        gateway.post(
                "/api/dead-letters/replay",
                "{\"filter\": {\"user_id\": \"%s\", \"ip\": \"192.0.2.99\", \"status\": \"open\"}, \"rate\": 3}"
                        .formatted(NEVER_KEPT));
        assertThat(gateway.database()
                        .queryForList(
                                "SELECT target FROM audit_record UNION ALL SELECT details FROM audit_personal",
                                String.class)
                        .toString())
                .as("the searched value in its stored form")
                .contains("\"user_id\":\"" + new String(record.key(), UTF_8) + "\"", "\"username\":\"***\"")
                .contains("\"limit\":\"7\"", "\"rate\":\"3\"", "\"filter.status\":\"open\"")
                .doesNotContain(NEVER_KEPT, "192.0.2.99");
        log.mustNotHold(NEVER_KEPT);
    }

    @Test
    void tokensOfThePreviousSecretAreValidToo() {
        assertThat(gateway.call("GET", "/api/events")
                        .token(Token.ofAllScopes(PREVIOUS_SECRET))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void byDefault_noOtherOriginAndNoProxyIsTrusted() {
        Reply preflight = gateway.call("OPTIONS", "/api/events")
                .token(null)
                .header("Origin", "https://console.example.org")
                .header("Access-Control-Request-Method", "POST")
                .send();
        assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
        assertThat(preflight.header("Strict-Transport-Security")).isNull();

        Reply taken = gateway.call("POST", "/api/events/user_update")
                .header("X-Forwarded-For", "203.0.113.77")
                .header("Forwarded", "for=203.0.113.77")
                .json("{\"user_id\": 7, \"username\": \"proxied\"}")
                .send();
        String id = taken.data("/id").asText();
        await().atMost(ARRIVAL).until(() -> gateway.get("/api/events/" + id).status() == 200);
        assertThat(gateway.get("/api/events/" + id).data("/data/ip").asText()).isEqualTo("127.0.0.1");
    }

    private static String update(String id, String username) {
        return """
                {"id": "%s", "type": "user_update", "data": {"user_id": 1, "username": "%s", "ip": "192.0.2.7", "action": "update"}}""".formatted(id, username);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder();
        for (Header header : record.headers()) {
            text.append(header.key()).append('=').append(new String(header.value(), ISO_8859_1));
        }
        return text.append(record.key() == null ? "" : new String(record.key(), UTF_8))
                .append(new String(record.value(), UTF_8))
                .toString();
    }

    private static String text(Reply reply) {
        return reply.headers().map() + reply.text();
    }

    /** Keeps every line at level info and above, with stack traces. */
    private static final class Log extends AppenderBase<ILoggingEvent> {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + " "
                        + event.getMDCPropertyMap() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        }

        void require(String start) {
            assertThat(lines).anyMatch(line -> line.startsWith(start));
        }

        void mustNotHold(String text) {
            assertThat(lines).noneMatch(line -> line.contains(text));
        }
    }
}
