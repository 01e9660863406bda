package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.kafka.PolledBatches;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.server.audit.AuditedCall;
import io.github.eventgateway.testing.RouteTest;
import io.github.eventgateway.testing.Threads;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests the routes that query, replay and discard dead letters. */
@MockEndpointsAndSkip("kafka:*")
class DeadLetterCallsTest extends RouteTest {

    private static final String GOOD = "{\"id\":\"login-1\",\"type\":\"user_login\",\"data\":{\"user_id\":7,"
            + "\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}";
    private static final String GOOD_WITHOUT_ID = GOOD.replace("\"id\":\"login-1\",", "");
    private static final OffsetDateTime RECORD_TIME =
            Instant.ofEpochMilli(1_700_000_000_000L).atOffset(ZoneOffset.UTC);
    private static final String STORE = "event-gateway-store";
    private static final String ALERT = "event-gateway-alert";

    @EndpointInject("mock:kafka:topic-of-each-replay")
    private MockEndpoint kafka;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private DeadLetterRecords records;

    @Autowired
    private RecordSeals seals;

    @Autowired
    private AuditTrail audit;

    @Autowired
    private ObjectMapper json;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
        jdbc.update("DELETE FROM event");
        kafka.reset();
    }

    private static RejectedRecord rejected(String topic, long offset, String value, Headers headers, String group) {
        return new RejectedRecord(
                new PolledRecord(topic, 0, offset, 1_700_000_000_000L, bytes("7"), bytes(value), headers),
                new ConsumingRoute(group, "route-of-" + group),
                group.equals(STORE) ? "EVENT_INVALID" : "HANDLER_FAILED",
                "a.b.C",
                "what it said",
                1);
    }

    /** Stores a dead letter by the route for it, and returns its id. */
    private String dead(RejectedRecord rejected, long failedAt) {
        return dead(rejected, records.deadLetter(rejected, failedAt), failedAt);
    }

    /** Stores the stub of a dead letter, and returns its id. */
    private String stub(long offset, String value) {
        RejectedRecord rejected = rejected("user_events", offset, value, new RecordHeaders(), STORE);
        OutgoingRecord letter = (OutgoingRecord) records.stub(rejected).get(0).getBody();
        return dead(rejected, letter, 1_700_000_000_000L + offset);
    }

    private String dead(RejectedRecord rejected, OutgoingRecord letter, long failedAt) {
        Set<String> before = Set.copyOf(jdbc.queryForList("SELECT id FROM dead_letter", String.class));
        PolledRecord record = new PolledRecord(
                letter.topic(),
                0,
                rejected.record().offset(),
                failedAt,
                letter.key(),
                letter.value(),
                letter.headers());
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.assign(Set.of(new TopicPartition(letter.topic(), 0)));
        String route = rejected.record().topic().equals("user_events") ? "user-events" : "system-logs";
        Exchange stored = send(
                "direct:polled-store-dead-letters-" + route, PolledBatches.of(List.of(record), consumer), Map.of());
        assertThat(stored.getException()).isNull();
        List<String> ids = new ArrayList<>(jdbc.queryForList("SELECT id FROM dead_letter", String.class));
        ids.removeAll(before);
        return ids.get(0);
    }

    private String dead(long offset, String value) {
        return dead(rejected("user_events", offset, value, new RecordHeaders(), STORE), 1_700_000_000_000L + offset);
    }

    private Exchange call(String route, String id, String body) {
        return call(route, id, body, Set.of("dead-letters:write", "events:write"));
    }

    private Exchange call(String route, String id, String body, Set<String> scopes) {
        ExchangeBuilder exchange = ExchangeBuilder.anExchange(context)
                .withBody(body == null ? new byte[0] : bytes(body))
                .withProperty(CallProperties.SUBJECT, "ops")
                .withProperty(CallProperties.SCOPES, scopes);
        if (id != null) {
            exchange.withHeader("id", id);
        }
        return producer.send("direct:" + route, exchange.build());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode data(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        Object body = exchange.getMessage().getBody();
        return json.valueToTree(body instanceof Answer answer ? answer.data() : body);
    }

    private JsonNode replay(String id) {
        return data(call("replay-dead-letter", id, null));
    }

    private JsonNode bulk(String body) {
        return data(call("replay-dead-letters", null, body));
    }

    private JsonNode list(String... parameters) {
        Map<String, Object> headers = new HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            headers.put(parameters[i], parameters[i + 1]);
        }
        return data(send("direct:list-dead-letters", new byte[0], headers));
    }

    private List<String> ids(String... parameters) {
        return list(parameters).get("items").findValuesAsText("id");
    }

    private JsonNode show(String id) {
        return data(call("show-dead-letter", id, null));
    }

    private List<String> history(String id) {
        return show(id).get("history").findValuesAsText("outcome");
    }

    private static GatewayException refusal(Exchange exchange) {
        for (Throwable cause = exchange.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException refusal) {
                return refusal;
            }
        }
        throw new AssertionError("not refused", exchange.getException());
    }

    private OutgoingRecord sent(int index) {
        Object body = kafka.getExchanges().get(index).getMessage().getBody();
        return (OutgoingRecord) ((Message) ((List<?>) body).get(0)).getBody();
    }

    @Test
    void givenDeadLetters_thenTheyAreListedNewestFirstByFilterAndPage() {
        String first = dead(1, "a");
        String second = dead(2, "b");
        String alert = dead(rejected("system_logs", 3, "c", new RecordHeaders(), ALERT), 1_700_000_000_003L);

        assertThat(ids()).containsExactly(alert, second, first);
        assertThat(ids("topic", "system_logs")).containsExactly(alert);
        assertThat(ids("group", STORE)).containsExactly(second, first);
        assertThat(ids("reason", "HANDLER_FAILED")).containsExactly(alert);
        assertThat(ids("status", "open")).hasSize(3);
        assertThat(ids("status", "discarded")).isEmpty();
        assertThat(ids("from", "2023-11-14T22:13:20.002Z", "to", "2023-11-14T22:13:20.003Z"))
                .containsExactly(second);
        JsonNode page = list("limit", "2");
        assertThat(page.get("items").findValuesAsText("id")).containsExactly(alert, second);
        JsonNode last = list("limit", "2", "cursor", page.get("next_cursor").asText());
        assertThat(last.get("items").findValuesAsText("id")).containsExactly(first);
        assertThat(last.get("next_cursor").isNull()).isTrue();
        JsonNode item = last.get("items").get(0);
        assertThat(item.get("partition").asInt()).isZero();
        assertThat(item.get("offset").asInt()).isEqualTo(1);
        assertThat(item.get("route").asText()).isEqualTo("route-of-" + STORE);
        assertThat(item.get("failed_at").asText()).isEqualTo("2023-11-14T22:13:20.001Z");
        assertThat(item.get("status").asText()).isEqualTo("open");
    }

    @Test
    void givenWrongFilters_thenEachIsNamed() {
        Exchange exchange = send(
                "direct:list-dead-letters",
                new byte[0],
                Map.of(
                        "status",
                        "gone",
                        "from",
                        "+999999999-01-01T00:00:00Z",
                        "topic",
                        "a\0b",
                        "limit",
                        "501",
                        "cursor",
                        "x"));

        assertThat(refusal(exchange).reason()).isEqualTo(Reason.INVALID_PARAMETER);
        assertThat(refusal(exchange).details())
                .extracting(Violation::path)
                .containsExactlyInAnyOrder("status", "from", "topic", "limit", "cursor");
    }

    @Test
    void givenADeadLetter_thenItIsShownWithItsBytesAndHeadersInOrder() throws Exception {
        Headers headers = new RecordHeaders()
                .add("trace", "é".getBytes(StandardCharsets.UTF_8))
                .add("trace", new byte[] {-1})
                .add("trace", null);

        JsonNode shown = show(dead(rejected("user_events", 5, "{}", headers, STORE), 1_700_000_000_000L));

        assertThat(shown.get("key")).isEqualTo(json.readTree("{\"text\":\"7\",\"base64\":\"Nw==\"}"));
        assertThat(shown.get("value")).isEqualTo(json.readTree("{\"text\":\"{}\",\"base64\":\"e30=\"}"));
        assertThat(shown.get("headers")).isEqualTo(json.readTree("""
                        [{"name":"trace","text":"é","base64":"w6k="},
                         {"name":"trace","text":null,"base64":"/w=="},
                         {"name":"trace","text":null,"base64":null}]"""));
        assertThat(shown.get("origin").asText()).isEqualTo("user_events/0/5");
        assertThat(shown.get("timestamp").asLong()).isEqualTo(1_700_000_000_000L);
        assertThat(shown.get("history")).isEmpty();
        assertThat(shown.get("topic").asText()).isEqualTo("user_events");
    }

    @Test
    void givenAnUnknownDeadLetter_thenEveryCallIsNotFound() {
        for (String id : List.of("8f0c3c64-7d0c-3c1b-9a53-0f6f2f0b7a11", "no-id", "a\0b")) {
            for (String route : List.of("show-dead-letter", "replay-dead-letter", "discard-dead-letter")) {
                assertThat(refusal(call(route, id, "discard-dead-letter".equals(route) ? "{\"reason\":\"r\"}" : null))
                                .reason())
                        .isEqualTo(Reason.NOT_FOUND);
            }
        }
    }

    @Test
    void givenAReplay_thenTheUnchangedRecordGoesToItsTopicForTheGroupThatFailed() {
        Headers own =
                new RecordHeaders().add("b", new byte[] {1}).add("a", null).add("b", new byte[] {2});
        String id = dead(rejected("user_events", 5, "rubbish", own, STORE), 1_700_000_000_000L);

        JsonNode answer = replay(id);

        assertThat(answer.get("outcome").asText()).isEqualTo("replayed");
        assertThat(answer.get("replayed").asInt()).isEqualTo(1);
        OutgoingRecord sent = sent(0);
        String eventId = jdbc.queryForObject("SELECT event_id FROM dead_letter", String.class);
        assertThat(eventId).startsWith("derived:").hasSize(51);
        Headers expected = new RecordHeaders(own);
        DeadLetterHeaders.add(expected, "replay-group", STORE);
        DeadLetterHeaders.add(expected, "replay-id", id);
        DeadLetterHeaders.add(expected, "replay-origin", "user_events/0/5");
        DeadLetterHeaders.add(expected, "replay-timestamp", 1_700_000_000_000L);
        DeadLetterHeaders.add(expected, "replay-event-id", eventId);
        DeadLetterHeaders.add(expected, "dlq-replays", 1);
        seals.sealReplay("user_events", sent.key(), sent.value(), expected);
        assertThat(sent)
                .isEqualTo(new OutgoingRecord(
                        "user_events",
                        "7".getBytes(StandardCharsets.UTF_8),
                        "rubbish".getBytes(StandardCharsets.UTF_8),
                        expected));
        JsonNode shown = show(id);
        assertThat(shown.get("status").asText()).isEqualTo("replayed");
        assertThat(shown.get("replays").asInt()).isEqualTo(1);
        assertThat(shown.get("history").get(0).get("by").asText()).isEqualTo("ops");
        assertThat(history(id)).containsExactly("replayed");
    }

    @Test
    void givenAReplayedOne_thenAnotherReplayIsSkippedAndSendsNothing() {
        String id = dead(5, "rubbish");
        replay(id);

        JsonNode again = replay(id);

        assertThat(again.get("outcome").asText()).isEqualTo("skipped");
        assertThat(again.get("skipped").asInt()).isEqualTo(1);
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void givenTwoReplaysAtOnce_thenOneSendsAndTheOtherIsSkipped() throws Exception {
        String id = dead(5, "rubbish");
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        kafka.whenAnyExchangeReceived(exchange -> {
            sending.countDown();
            assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
        });

        CompletableFuture<JsonNode> first = CompletableFuture.supplyAsync(() -> replay(id), Threads.ONE_EACH);
        assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
        JsonNode second = replay(id);
        assertThat(ids("status", "open")).containsExactly(id);
        other.countDown();

        assertThat(second.get("outcome").asText()).isEqualTo("skipped");
        assertThat(first.get(30, TimeUnit.SECONDS).get("outcome").asText()).isEqualTo("replayed");
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        assertThat(history(id)).containsExactly("replayed");
    }

    @Test
    void givenAnAbandonedClaim_thenItIsTakenOverAfterItsTimeout() {
        String id = dead(5, "rubbish");
        jdbc.update("UPDATE dead_letter SET status = 'replaying', claim = 'dead', claimed_at = ?", secondsAgo(50));
        assertThat(replay(id).get("outcome").asText()).isEqualTo("skipped");

        jdbc.update("UPDATE dead_letter SET claimed_at = ?", secondsAgo(70));

        assertThat(replay(id).get("outcome").asText()).isEqualTo("replayed");
    }

    @Test
    void givenKafkaFails_thenTheDeadLetterIsOpenAgainAndItsHistorySaysSo() {
        String id = dead(5, "rubbish");
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });

        Exchange exchange = call("replay-dead-letter", id, null);

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
        assertThat(show(id).get("status").asText()).isEqualTo("open");
        assertThat(show(id).get("replays").asInt()).isZero();
        assertThat(history(id)).containsExactly("failed");
        kafka.reset();
        assertThat(replay(id).get("outcome").asText()).isEqualTo("replayed");
    }

    @Test
    void givenTheCircuitBreakerIsOpen_thenNothingIsSent() {
        String id = dead(5, "rubbish");
        doThrow(new GatewayException(Reason.KAFKA_UNAVAILABLE)).when(broker).check();

        assertThat(refusal(call("replay-dead-letter", id, null)).reason()).isEqualTo(Reason.KAFKA_UNAVAILABLE);

        assertThat(kafka.getReceivedCounter()).isZero();
        assertThat(show(id).get("status").asText()).isEqualTo("open");
    }

    @Test
    void givenItsEventIsStored_thenAReplayForTheStoreGroupIsSkippedAndForAnotherGroupIsNot() {
        String withId = dead(5, GOOD);
        String derived = dead(6, GOOD_WITHOUT_ID);
        storeEvent("login-1", GOOD);
        storeEvent(
                jdbc.queryForObject("SELECT event_id FROM dead_letter WHERE source_offset = 6", String.class),
                GOOD_WITHOUT_ID);
        String other = dead(rejected("user_events", 7, GOOD, new RecordHeaders(), ALERT), 1_700_000_000_000L);

        assertThat(replay(withId).get("outcome").asText()).isEqualTo("skipped");
        assertThat(replay(derived).get("outcome").asText()).isEqualTo("skipped");
        assertThat(replay(other).get("outcome").asText()).isEqualTo("replayed");

        assertThat(show(withId).get("status").asText()).isEqualTo("replayed");
        assertThat(history(withId)).containsExactly("skipped");
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
    }

    private void storeEvent(String id, String payload) {
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                        + " VALUES (?, 'user_login', 'user_events', 0, 0, ?, ?, ?)",
                id,
                RECORD_TIME,
                RECORD_TIME,
                payload);
    }

    private static OffsetDateTime secondsAgo(int seconds) {
        return OffsetDateTime.now(ZoneOffset.UTC).minusSeconds(seconds);
    }

    @Test
    void givenARecordReplayedFiveTimes_thenAnotherReplayIsRefused() {
        Headers headers = new RecordHeaders();
        DeadLetterHeaders.add(headers, "replay-group", STORE);
        DeadLetterHeaders.add(headers, "replay-id", "x");
        DeadLetterHeaders.add(headers, "replay-origin", "user_events/0/1");
        DeadLetterHeaders.add(headers, "dlq-replays", 5);
        seals.sealReplay("user_events", bytes("7"), bytes("rubbish"), headers);
        String id = dead(rejected("user_events", 9, "rubbish", headers, STORE), 1_700_000_000_000L);

        assertThat(refusal(call("replay-dead-letter", id, null)).reason()).isEqualTo(Reason.REPLAY_REFUSED);

        assertThat(bulk("{\"filter\":{}}").get("refused").asInt()).isEqualTo(1);
        assertThat(kafka.getReceivedCounter()).isZero();
        assertThat(show(id).get("status").asText()).isEqualTo("open");
        assertThat(history(id)).containsExactly("refused", "refused");
    }

    @Test
    void givenARepairedEvent_thenItIsSentUnderItsOwnKeyAndTheIdOfTheOriginal() throws Exception {
        String id = dead(5, "rubbish");

        JsonNode answer = data(call(
                "replay-dead-letter",
                id,
                "{\"event\":{\"type\":\"user_login\",\"data\":{\"user_id\":8,\"username\":\"bob\","
                        + "\"ip\":\"10.0.0.1\",\"action\":\"login\",\"exact\":1.10}}}"));

        assertThat(answer.get("outcome").asText()).isEqualTo("repaired");
        assertThat(answer.get("replayed").asInt()).isEqualTo(1);
        assertThat(sent(0).key()).isEqualTo("8".getBytes(StandardCharsets.UTF_8));
        String value = new String(sent(0).value(), StandardCharsets.UTF_8);
        assertThat(json.readTree(value).get("id").asText())
                .isEqualTo(jdbc.queryForObject("SELECT event_id FROM dead_letter", String.class));
        assertThat(value).contains("\"exact\":1.10");
        assertThat(history(id)).containsExactly("repaired");
    }

    @Test
    void givenAnInvalidRepairedEvent_thenItIsRefusedWithPointersAndTheDeadLetterStaysOpen() {
        String id = dead(5, "rubbish");

        GatewayException broken = refusal(
                call("replay-dead-letter", id, "{\"event\":{\"type\":\"user_login\",\"data\":{\"user_id\":0}}}"));
        GatewayException foreign = refusal(call(
                "replay-dead-letter",
                id,
                "{\"event\":{\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\"}}}"));
        GatewayException misspelt = refusal(call("replay-dead-letter", id, "{\"evnt\":{}}"));
        GatewayException malformed = refusal(call("replay-dead-letter", id, "{"));

        assertThat(broken.reason()).isEqualTo(Reason.EVENT_INVALID);
        assertThat(broken.details())
                .extracting(Violation::path)
                .contains("/event/data/user_id", "/event/data/username");
        assertThat(foreign.details()).extracting(Violation::path).containsExactly("/event/type");
        assertThat(misspelt.reason()).isEqualTo(Reason.REQUEST_INVALID);
        assertThat(misspelt.details()).extracting(Violation::path).containsExactly("/evnt");
        assertThat(malformed.reason()).isEqualTo(Reason.MALFORMED_JSON);
        assertThat(show(id).get("status").asText()).isEqualTo("open");
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    @Test
    void givenADryRun_thenItCountsAndNothingIsReplayed() {
        dead(1, "a");
        dead(2, "b");
        dead(rejected("system_logs", 3, "c", new RecordHeaders(), ALERT), 1_700_000_000_003L);

        Exchange exchange =
                call("replay-dead-letters", null, "{\"filter\":{\"topic\":\"user_events\"},\"dry_run\":true}");

        assertThat(((Answer) exchange.getMessage().getBody()).messageKey()).isEqualTo("dead-letters.dry-run");
        assertThat(data(exchange).toString())
                .isEqualTo("{\"dry_run\":true,\"matched\":2,\"replayed\":0,\"skipped\":0,\"failed\":0,\"refused\":0,"
                        + "\"remaining\":2}");
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    @Test
    void givenABulkReplay_thenOpenOnesAreReplayedInTheOrderOfTheirPartitionUpToMax() {
        String done = dead(1, "a");
        replay(done);
        dead(4, "d");
        dead(2, "b");
        dead(3, "c");
        kafka.reset();

        JsonNode answer = bulk("{\"filter\":{\"group\":\"" + STORE + "\"},\"max\":2,\"rate\":1000}");

        assertThat(answer.get("matched").asInt()).isEqualTo(3);
        assertThat(answer.get("replayed").asInt()).isEqualTo(2);
        assertThat(answer.get("remaining").asInt()).isEqualTo(1);
        assertThat(sent(0).value()).isEqualTo("b".getBytes(StandardCharsets.UTF_8));
        assertThat(sent(1).value()).isEqualTo("c".getBytes(StandardCharsets.UTF_8));
        assertThat(bulk("{\"filter\":{\"status\":\"replayed\"}}").get("skipped").asInt())
                .isEqualTo(3);
    }

    @Test
    void givenAJob_thenABulkReplayReportsItsProgress_andEndsWhenItIsStopped() {
        for (long offset = 1; offset <= 4; offset++) {
            dead(offset, GOOD.replace("login-1", "login-" + offset));
        }
        Job job = Job.orUnlisted(null);
        List<Object> soFar = new ArrayList<>();
        kafka.whenAnyExchangeReceived(exchange -> {
            soFar.add(json.valueToTree(job.shown().result()).get("replayed").asInt());
            if (soFar.size() == 3) {
                job.stop();
            }
        });

        JsonNode answer = data(producer.send(
                "direct:replay-dead-letters",
                ExchangeBuilder.anExchange(context)
                        .withBody(bytes("{\"filter\":{},\"rate\":1000}"))
                        .withProperty(Job.PROPERTY, job)
                        .build()));

        assertThat(soFar).containsExactly(0, 1, 2);
        assertThat(answer.get("replayed").asInt()).isEqualTo(3);
        assertThat(answer.get("remaining").asInt()).isEqualTo(1);
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM dead_letter WHERE status = 'open'", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void givenKafkaIsDown_thenABulkReplayEndsAfterThreeFailuresAndSaysWhatRemains() {
        for (int i = 1; i <= 5; i++) {
            dead(i, "x");
        }
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });

        JsonNode answer = bulk("{\"filter\":{}}");

        assertThat(answer.get("failed").asInt()).isEqualTo(3);
        assertThat(answer.get("remaining").asInt()).isEqualTo(2);
        assertThat(ids("status", "open")).hasSize(5);
    }

    @Test
    void givenAStubWhoseRecordKafkaDoesNotReturn_thenItFails_andTheOthersAreReplayed() {
        String stub = stub(1, "long");
        dead(2, "x");

        JsonNode whileClosed = bulk("{\"filter\":{},\"max\":1}");
        Exchange single = call("replay-dead-letter", stub, null);
        when(broker.isAvailable()).thenReturn(true);
        JsonNode withoutAnswer = bulk("{\"filter\":{}}");

        assertThat(whileClosed.get("failed").asInt()).isEqualTo(1);
        assertThat(whileClosed.get("remaining").asInt()).isEqualTo(1);
        assertThat(refusal(single).reason()).isEqualTo(Reason.KAFKA_UNAVAILABLE);
        assertThat(withoutAnswer.get("failed").asInt()).isEqualTo(1);
        assertThat(withoutAnswer.get("replayed").asInt()).isEqualTo(1);
        assertThat(history(stub)).containsExactly("failed", "failed", "failed");
        assertThat(show(stub).get("status").asText()).isEqualTo("open");
    }

    @Test
    void givenADeadLetterThatRetentionRemovesMeanwhile_thenTheOthersAreReplayed() {
        for (int i = 1; i <= 3; i++) {
            dead(i, "x");
        }
        kafka.whenAnyExchangeReceived(exchange -> jdbc.update("DELETE FROM dead_letter WHERE source_offset = 2"));

        JsonNode answer = bulk("{\"filter\":{}}");

        assertThat(answer.get("skipped").asInt()).isEqualTo(1);
        assertThat(answer.get("replayed").asInt()).isEqualTo(2);
    }

    @Test
    void givenADeadLetterThatKafkaRefuses_thenTheOthersAreReplayed() {
        for (int i = 1; i <= 3; i++) {
            dead(i, "x");
        }
        AtomicInteger calls = new AtomicInteger();
        kafka.whenAnyExchangeReceived(exchange -> {
            if (calls.incrementAndGet() == 2) {
                throw new TimeoutException("no broker");
            }
        });

        JsonNode answer = bulk("{\"filter\":{}}");

        assertThat(answer.get("failed").asInt()).isEqualTo(1);
        assertThat(answer.get("replayed").asInt()).isEqualTo(2);
    }

    @Test
    void givenAWrongBulkRequest_thenEveryFaultIsNamedAndNothingIsReplayed() {
        dead(1, "a");

        GatewayException wrong = refusal(call(
                "replay-dead-letters",
                null,
                "{\"filter\":{\"tpic\":\"x\",\"status\":1,\"from\":\"now\"},\"dryrun\":true,\"max\":0,\"rate\":1.5}"));
        GatewayException missing = refusal(call("replay-dead-letters", null, "{}"));

        assertThat(wrong.reason()).isEqualTo(Reason.REQUEST_INVALID);
        assertThat(wrong.details())
                .extracting(Violation::path)
                .containsExactlyInAnyOrder(
                        "/filter/tpic", "/filter/status", "/filter/from", "/dryrun", "/max", "/rate");
        assertThat(missing.details()).extracting(Violation::path).containsExactly("/filter");
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    private JsonNode discardAll(String body) {
        return data(call("discard-dead-letters", null, body));
    }

    @Test
    void givenABulkDiscard_thenADryRunCounts_andThenAllOpenOnesOfTheFilterAreDiscardedWithTheReason() {
        String done = dead(1, "a");
        replay(done);
        String one = dead(2, "b");
        String two = dead(3, "c");
        String other = dead(rejected("system_logs", 4, "d", new RecordHeaders(), ALERT), 1_700_000_000_004L);

        JsonNode dry = discardAll("{\"filter\":{\"topic\":\"user_events\"},\"dry_run\":true}");
        List<String> openThen = ids("status", "open");
        Exchange exchange = call(
                "discard-dead-letters", null, "{\"filter\":{\"topic\":\"user_events\"},\"reason\":\"of a load test\"}");

        assertThat(dry.toString())
                .isEqualTo("{\"dry_run\":true,\"matched\":2,\"discarded\":0,\"skipped\":0,\"remaining\":2}");
        assertThat(openThen).containsExactlyInAnyOrder(one, two, other);
        assertThat(((Answer) exchange.getMessage().getBody()).messageKey()).isEqualTo("dead-letters.bulk-discarded");
        assertThat(data(exchange).toString())
                .isEqualTo("{\"dry_run\":false,\"matched\":2,\"discarded\":2,\"skipped\":0,\"remaining\":0}");
        assertThat(ids("status", "discarded")).containsExactlyInAnyOrder(one, two);
        assertThat(ids("status", "open")).containsExactly(other);
        assertThat(show(one).at("/history/0").toString())
                .contains("\"by\":\"ops\"", "\"outcome\":\"discarded\"", "of a load test");
        assertThat(show(done).get("status").asText()).isEqualTo("replayed");
    }

    @Test
    void givenABulkDiscard_thenOneThatIsBeingReplayedRemains_unlessItsClaimIsTooOld() {
        String claimed = dead(1, "a");
        String abandoned = dead(2, "b");
        jdbc.update(
                "UPDATE dead_letter SET status = 'replaying', claim = 'c', claimed_at = ? WHERE id = ?",
                Instant.now().atOffset(ZoneOffset.UTC),
                claimed);
        jdbc.update(
                "UPDATE dead_letter SET status = 'replaying', claim = 'c', claimed_at = ? WHERE id = ?",
                Instant.now().minusSeconds(3600).atOffset(ZoneOffset.UTC),
                abandoned);

        JsonNode answer = discardAll("{\"filter\":{},\"reason\":\"x\"}");

        assertThat(answer.get("matched").asInt()).isEqualTo(2);
        assertThat(answer.get("discarded").asInt()).isEqualTo(1);
        assertThat(answer.get("remaining").asInt()).isEqualTo(1);
        assertThat(show(abandoned).get("status").asText()).isEqualTo("discarded");
        assertThat(jdbc.queryForObject("SELECT status FROM dead_letter WHERE id = ?", String.class, claimed))
                .isEqualTo("replaying");
    }

    /** Copies the dead letter with the offset 1 to the next offsets until there are this many. */
    private void copies(int all) {
        String columns = "dlq_topic, dlq_partition, dlq_offset, source_topic, source_partition, source_offset,"
                + " source_timestamp, origin, consumer_group, route, reason, exception, message, attempts, replays,"
                + " record_key, record_value, record_headers, status, failed_at, received_at, event_id, cause";
        String first = jdbc.queryForObject(
                "SELECT id FROM dead_letter WHERE source_offset = 1 AND dlq_offset = 1", String.class);
        jdbc.batchUpdate(
                "INSERT INTO dead_letter (id, " + columns + ") SELECT ?, "
                        + columns.replace("dlq_offset", "dlq_offset + ?").replace("source_offset", "source_offset + ?")
                        + " FROM dead_letter WHERE id = ?",
                IntStream.range(1, all)
                        .mapToObj(i -> new Object[] {UUID.randomUUID().toString(), i, i, first})
                        .toList());
    }

    @Test
    void givenMoreThanOneQuery_thenABulkReplayReplaysEachOnce_andNoLaterOne() {
        dead(1, "a");
        copies(1201);
        jdbc.update(
                "UPDATE dead_letter SET received_at = ? WHERE source_offset = 1201",
                Instant.now().plusSeconds(3600).atOffset(ZoneOffset.UTC));
        kafka.reset();

        JsonNode answer = bulk("{\"filter\":{},\"max\":1000000}");

        assertThat(answer.toString())
                .isEqualTo(
                        "{\"dry_run\":false,\"matched\":1201,\"replayed\":1200,\"skipped\":0,\"failed\":0,\"refused\":0,\"remaining\":1}");
        assertThat(kafka.getReceivedCounter()).isEqualTo(1200);
        assertThat(jdbc.queryForList("SELECT source_offset FROM dead_letter WHERE status = 'open'", Long.class))
                .containsExactly(1201L);
    }

    @Test
    void givenMoreThanOneTransaction_thenABulkDiscardReportsItsProgress_andEndsWhenItIsStopped() {
        dead(1, "a");
        copies(1200);
        Job stopped = Job.orUnlisted(null);
        stopped.stop();
        assertThat(discardAsJob(stopped).toString())
                .isEqualTo("{\"dry_run\":false,\"matched\":1200,\"discarded\":0,\"skipped\":0,\"remaining\":1200}");

        Job job = Job.orUnlisted(null);
        JsonNode answer = discardAsJob(job);

        assertThat(answer.get("discarded").asInt()).isEqualTo(1200);
        assertThat(json.valueToTree(job.shown().result()).toString()).isEqualTo(answer.toString());
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM dead_letter_history", Integer.class))
                .isEqualTo(1200);
        assertThat(ids("status", "open")).isEmpty();
    }

    private JsonNode discardAsJob(Job job) {
        return data(producer.send(
                "direct:discard-dead-letters",
                ExchangeBuilder.anExchange(context)
                        .withBody(bytes("{\"filter\":{},\"reason\":\"x\"}"))
                        .withProperty(Job.PROPERTY, job)
                        .build()));
    }

    @Test
    void givenAWrongBulkDiscard_thenEveryFaultIsNamedAndNothingIsDiscarded() {
        String id = dead(1, "a");

        GatewayException wrong = refusal(call(
                "discard-dead-letters",
                null,
                "{\"filter\":{\"tpic\":\"x\",\"status\":\"replayed\"},\"reason\":\" \",\"max\":1,\"dry_run\":0}"));
        GatewayException missing = refusal(call("discard-dead-letters", null, "{\"reason\":\"all\"}"));
        GatewayException unexplained = refusal(call("discard-dead-letters", null, "{\"filter\":{}}"));

        assertThat(wrong.details())
                .extracting(Violation::path)
                .containsExactlyInAnyOrder("/filter/tpic", "/filter/status", "/reason", "/max", "/dry_run");
        assertThat(missing.details()).extracting(Violation::path).containsExactly("/filter");
        assertThat(unexplained.details()).extracting(Violation::path).containsExactly("/reason");
        assertThat(ids("status", "open")).containsExactly(id);
    }

    @Test
    void givenADiscard_thenNothingIsErasedAndDiscardingAgainChangesNothing() {
        String id = dead(5, "rubbish");

        Exchange first = call("discard-dead-letter", id, "{\"reason\":\"a test record\"}");
        Exchange second = call("discard-dead-letter", id, "{\"reason\":\"another\"}");

        assertThat(data(first).get("status").asText()).isEqualTo("discarded");
        assertThat(first.getProperty("message")).isEqualTo("dead-letters.discarded");
        assertThat(data(second).get("history")).hasSize(1);
        assertThat(data(second).get("history").get(0).get("detail").asText()).isEqualTo("a test record");
        assertThat(data(second).get("value").get("text").asText()).isEqualTo("rubbish");
        assertThat(refusal(call("replay-dead-letter", id, null)).reason()).isEqualTo(Reason.DEAD_LETTER_NOT_OPEN);
        assertThat(ids("status", "discarded")).containsExactly(id);
    }

    @Test
    void givenAReplayedOne_thenItCannotBeDiscarded() {
        String id = dead(5, "rubbish");
        replay(id);

        Exchange exchange = call("discard-dead-letter", id, "{\"reason\":\"late\"}");

        assertThat(refusal(exchange).reason()).isEqualTo(Reason.DEAD_LETTER_NOT_OPEN);
        assertThat(refusal(call("discard-dead-letter", id, "{\"reason\":\"\"}")).reason())
                .isEqualTo(Reason.REQUEST_INVALID);
    }

    @Test
    void givenARepairWithoutAScopeToPublish_thenItIsRefusedFirst() {
        String id = dead(5, "rubbish");
        String repair = "{\"event\":" + GOOD + "}";

        Exchange refused = call("replay-dead-letter", id, repair, Set.of("dead-letters:write"));
        Exchange notEvenAnEvent = call("replay-dead-letter", id, "{\"event\":7,\"x\":1}", Set.of("dead-letters:write"));
        Exchange withoutAny = call("replay-dead-letter", id, repair, Set.of());

        for (Exchange exchange : List.of(refused, notEvenAnEvent, withoutAny)) {
            assertThat(refusal(exchange).reason()).isEqualTo(Reason.INSUFFICIENT_SCOPE);
        }
        assertThat(kafka.getReceivedCounter()).isZero();
        assertThat(show(id).get("status").asText()).isEqualTo("open");
        Exchange asItWas = call("replay-dead-letter", id, null, Set.of("dead-letters:write"));
        assertThat(data(asItWas).get("outcome").asText()).isEqualTo("replayed");
    }

    @Test
    void givenARepair_thenTheAuditTrailAndTheRecordHaveTheChangeAndItsAuthor() throws Exception {
        String id = dead(5, GOOD.replace("\"ann\"", "7"));

        Exchange exchange = call("replay-dead-letter", id, "{\"event\":" + GOOD.replace("login-1", "login-2") + "}");

        assertThat(data(exchange).get("detail").asText()).isEqualTo("sent to user_events as event login-2");
        Answer answer = exchange.getMessage().getBody(Answer.class);
        assertThat(((Audited) answer.data()).audited())
                .containsEntry("outcome", "repaired")
                .containsEntry("replayed", 1)
                .containsEntry("old_id", "login-1")
                .containsEntry("old_type", "user_login")
                .containsEntry("old_sha256", sha256(bytes(GOOD.replace("\"ann\"", "7"))))
                .containsEntry("new_id", "login-2")
                .containsEntry("new_type", "user_login")
                .containsEntry("new_sha256", sha256(sent(0).value()));
        assertThat(DeadLetterHeaders.text(sent(0).headers(), "replay-repaired-by"))
                .isEqualTo("ops");
        assertThat(seals.isReplay("user_events", sent(0).key(), sent(0).value(), sent(0).headers()))
                .isTrue();
    }

    @Test
    void givenARepair_thenTheAuditTrailHasTheChangeBeforeItTakesEffect() throws Exception {
        String failed = GOOD.replace("\"ann\"", "7");
        String id = dead(5, failed);
        AuditedCall audited = audit.call(true, "ops", "POST /api/dead-letters/{id}/replay", "192.0.2.1", "r-repair");
        audited.begin(Map.of("id", id), Map.of(), new byte[0]).join();
        String begun =
                "SELECT detail FROM audit_record WHERE request_id = 'r-repair' AND outcome = 'begun' ORDER BY sequence";
        List<String> before = new ArrayList<>();
        kafka.whenAnyExchangeReceived(exchange -> before.addAll(jdbc.queryForList(begun, String.class)));

        Exchange repaired = producer.send(
                "direct:replay-dead-letter",
                ExchangeBuilder.anExchange(context)
                        .withHeader("id", id)
                        .withBody(bytes("{\"event\":" + GOOD.replace("login-1", "login-2") + "}"))
                        .withProperty(CallProperties.SUBJECT, "ops")
                        .withProperty(CallProperties.SCOPES, Set.of("dead-letters:write", "events:write"))
                        .withProperty(CallProperties.AUDITED, audited)
                        .build());

        assertThat(data(repaired).get("outcome").asText()).isEqualTo("repaired");
        assertThat(before).hasSize(2);
        JsonNode detail = json.readTree(before.get(1));
        assertThat(detail.get("begun").isNumber()).isTrue();
        assertThat(detail.get("old_id").asText()).isEqualTo("login-1");
        assertThat(detail.get("old_type").asText()).isEqualTo("user_login");
        assertThat(detail.get("old_sha256").asText()).isEqualTo(sha256(bytes(failed)));
        assertThat(detail.get("new_id").asText()).isEqualTo("login-2");
        assertThat(detail.get("new_type").asText()).isEqualTo("user_login");
        assertThat(detail.get("new_sha256").asText()).isEqualTo(sha256(sent(0).value()));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void givenARepairWithoutATimestamp_thenItGetsTheTimeOfTheOriginal() throws Exception {
        String id = dead(5, "rubbish");

        data(call("replay-dead-letter", id, "{\"event\":" + GOOD + "}"));

        assertThat(json.readTree(sent(0).value()).get("timestamp").asText()).isEqualTo("2023-11-14T22:13:20Z");
    }

    @Test
    void givenAnotherEventUnderItsId_thenAReplayForTheStoreGroupIsRefusedAndARepairWithAnotherIdIsNot() {
        storeEvent("login-1", GOOD.replace("\"ann\"", "\"eve\""));
        String id = dead(5, GOOD);

        GatewayException asItWas = refusal(call("replay-dead-letter", id, null));
        GatewayException repaired = refusal(call("replay-dead-letter", id, "{\"event\":" + GOOD + "}"));

        assertThat(List.of(asItWas, repaired))
                .extracting(GatewayException::reason)
                .containsOnly(Reason.REPLAY_REFUSED);
        assertThat(asItWas.details().get(0).message()).contains("another event", "another id");
        assertThat(kafka.getReceivedCounter()).isZero();
        assertThat(show(id).get("status").asText()).isEqualTo("open");
        JsonNode withAnother = data(call("replay-dead-letter", id, "{\"event\":" + GOOD_WITHOUT_ID + "}"));
        assertThat(withAnother.get("outcome").asText()).isEqualTo("repaired");
    }

    @Test
    void givenAnEventThatAnEarlierVersionStoredByItsPlace_thenItsReplayIsSkipped_unlessItIsAnotherRecord() {
        storeEvent("user_events-0-6", GOOD_WITHOUT_ID.replace("{\"type\"", "{\"id\":\"x\",\"type\""));
        storeEvent("user_events-0-7", GOOD_WITHOUT_ID.replace("ann", "eve"));

        assertThat(replay(dead(6, GOOD_WITHOUT_ID)).get("outcome").asText()).isEqualTo("skipped");
        assertThat(replay(dead(7, GOOD_WITHOUT_ID)).get("outcome").asText()).isEqualTo("replayed");
    }

    @Test
    void givenAGroupThatNoRouteConsumesIn_thenTheReplayIsRefusedUntilAnotherGroupIsNamed() {
        consumed = (group, topic) -> group.equals(STORE) && topic.equals("user_events");
        String id = dead(rejected("user_events", 5, "rubbish", new RecordHeaders(), "gone"), 1_700_000_000_000L);

        GatewayException refused = refusal(call("replay-dead-letter", id, null));
        GatewayException misspelt = refusal(call("replay-dead-letter", id, "{\"group\":\"event-gateway-stroe\"}"));
        GatewayException none = refusal(call("replay-dead-letter", id, "{\"group\":\"\"}"));
        JsonNode bulk = bulk("{\"filter\":{\"group\":\"gone\"}}");

        assertThat(refused.reason()).isEqualTo(Reason.REPLAY_REFUSED);
        assertThat(refused.details().get(0).message())
                .contains("user_events", "gone", "set group to another consumer group");
        assertThat(misspelt.reason()).isEqualTo(Reason.REPLAY_REFUSED);
        assertThat(none.details()).extracting(Violation::path).containsExactly("/group");
        assertThat(bulk.get("refused").asInt()).isEqualTo(1);
        assertThat(kafka.getReceivedCounter()).isZero();
        assertThat(show(id).get("status").asText()).isEqualTo("open");

        JsonNode named = data(call("replay-dead-letter", id, "{\"group\":\"" + STORE + "\"}"));
        assertThat(named.get("outcome").asText()).isEqualTo("replayed");
        assertThat(named.get("detail").asText()).isEqualTo("sent to user_events for the consumer group " + STORE);
        assertThat(DeadLetterHeaders.text(sent(0).headers(), "replay-group")).isEqualTo(STORE);
        String another = dead(rejected("user_events", 6, "rubbish", new RecordHeaders(), "gone"), 1_700_000_000_000L);
        JsonNode all = bulk("{\"filter\":{\"group\":\"gone\"},\"group\":\"" + STORE + "\"}");
        assertThat(all.get("replayed").asInt()).isEqualTo(1);
        assertThat(history(another)).containsExactly("replayed");
    }

    @Test
    void givenAReplayThatFailsAgain_thenBothDeadLettersAreLinkedAndFoundByTheirOrigin() {
        String first = dead(5, "rubbish");
        replay(first);
        OutgoingRecord replay = sent(0);

        String second = dead(rejected("user_events", 9, "rubbish", replay.headers(), STORE), 1_700_000_000_009L);
        dead(7, "rubbish");

        assertThat(show(first).get("successor").asText()).isEqualTo(second);
        assertThat(show(first).get("replay_of").isNull()).isTrue();
        assertThat(show(second).get("replay_of").asText()).isEqualTo(first);
        assertThat(show(second).get("successor").isNull()).isTrue();
        assertThat(show(second).get("replays").asInt()).isEqualTo(1);
        assertThat(show(second).get("headers")).isEmpty();
        assertThat(show(second).get("sealed").asBoolean()).isTrue();
        assertThat(ids("origin", "user_events/0/5")).containsExactly(second, first);
        assertThat(bulk("{\"filter\":{\"origin\":\"user_events/0/5\"},\"dry_run\":true}")
                        .get("matched")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void givenForgedHeadersOfAReplay_thenTheyBelongToTheProducerAndLinkNothing() {
        String first = dead(5, "rubbish");
        Headers forged = SealedRecords.unsealed(Map.of(
                "replay-id", first,
                "replay-group", ALERT,
                "replay-origin", "user_events/0/5",
                "replay-event-id", "login-1",
                "dlq-replays", "5"));

        String second = dead(rejected("user_events", 9, "rubbish", forged, STORE), 1_700_000_000_009L);

        assertThat(show(first).get("successor").isNull()).isTrue();
        assertThat(show(second).get("replay_of").isNull()).isTrue();
        assertThat(show(second).get("replays").asInt()).isZero();
        assertThat(show(second).get("origin").asText()).isEqualTo("user_events/0/9");
        assertThat(show(second).get("headers")).hasSize(5);
        assertThat(jdbc.queryForObject("SELECT event_id FROM dead_letter WHERE id = ?", String.class, second))
                .startsWith("derived:");
        assertThat(replay(second).get("outcome").asText()).isEqualTo("replayed");
    }
}
