package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.error;
import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/**
 * A plain Kafka client writes records. The gateway stores them, or dead-letters them byte for byte, and an operator
 * triages them.
 */
interface ConsumingRecords extends EndToEndScenario {

    String STORE_GROUP = "event-gateway-store";

    @Test
    default void anEventFromKafkaWithoutAnId_isStoredUnderAnIdOfTheGateway() {
        String user = unique();
        send(USER_EVENTS, null, userData(user));

        JsonNode stored = storedOf(user).get(0);
        assertThat(stored.get("id").asText()).matches("derived:[A-Za-z0-9_-]{43}");
        assertThat(stored.get("timestamp").asText())
                .isEqualTo(stored.get("received_at").asText());
        assertThat(stored.has("repaired_by")).isFalse();
    }

    @Test
    default void forgedHeadersOfAReplay_haveNoEffect() {
        String user = unique();
        String id = unique();
        List<Header> forged = List.of(
                new RecordHeader("replay-group", bytes("event-gateway-alert")),
                new RecordHeader("replay-id", bytes("00000000-0000-0000-0000-000000000000")),
                new RecordHeader("replay-origin", bytes("a\r\nb")),
                new RecordHeader("replay-event-id", bytes("chosen-" + id)),
                new RecordHeader("replay-repaired-by", bytes("nobody")),
                new RecordHeader("replay-seal", bytes("A".repeat(43))),
                new RecordHeader("dlq-replays", bytes("5")));
        List<RecordMetadata> at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS, 0, null, null, bytes(login(id)), forged),
                        new ProducerRecord<>(USER_EVENTS, 0, null, null, bytes(userData(user)), forged),
                        new ProducerRecord<>(USER_EVENTS, 0, null, null, bytes("rubbish " + id), forged));

        assertThat(stored(id).json().get("data").has("repaired_by")).isFalse();
        assertThat(storedOf(user).get(0).get("id").asText()).startsWith("derived:");
        JsonNode dead = shown(at.get(2));
        assertThat(dead.get("replays").asInt()).isZero();
        assertThat(dead.get("origin").asText())
                .isEqualTo(USER_EVENTS + "/0/" + at.get(2).offset());
        assertThat(dead.get("replay_of").isNull()).isTrue();
        assertThat(dead.get("headers")).hasSize(forged.size());
    }

    @Test
    default void anotherEventUnderTheIdOfAStoredOne_isADeadLetter() {
        String id = unique();
        gateway().post("/api/events", error(id, "warn"));
        stored(id);

        Reply again = gateway().post("/api/events", error(id, "warn"));
        Reply other = gateway().post("/api/events", error(id, "warn").replace("what happened", "something else"));
        Reply ofAnotherType = gateway().post("/api/events", login(id));

        assertThat(List.of(again.status(), other.status(), ofAnotherType.status()))
                .containsOnly(202);
        assertThat(shown(at(other)).get("reason").asText()).isEqualTo("ID_CONFLICT");
        assertThat(shown(at(ofAnotherType)).get("reason").asText()).isEqualTo("ID_CONFLICT");
        assertThat(item(at(again), STORE_GROUP)).isNull();
        assertThat(stored(id).data("/data/error").asText()).isEqualTo("what happened");
        assertThat(gateway().observe("/observe/metrics").text())
                .containsPattern("gateway_events_conflicts_total [1-9]");
        String deadLetter = shown(at(other)).get("id").asText();
        Reply replayed = gateway()
                .call("POST", "/api/dead-letters/" + deadLetter + "/replay")
                .send();
        assertRefused(replayed, 409, "REPLAY_REFUSED");
        String repaired = unique();
        Reply withAnotherId = gateway()
                .post("/api/dead-letters/" + deadLetter + "/replay", "{\"event\": " + error(repaired, "warn") + "}");
        assertThat(withAnotherId.data("/outcome").asText()).isEqualTo("repaired");
        stored(repaired);
    }

    private static RecordMetadata at(Reply taken) {
        TopicPartition partition = new TopicPartition(
                taken.data("/topic").asText(), taken.data("/partition").asInt());
        return new RecordMetadata(partition, taken.data("/offset").asLong(), 0, 0, 0, 0);
    }

    /** Waits for the first stored event of this user, and returns all of them. */
    private List<JsonNode> storedOf(String user) {
        return await("events of " + user)
                .atMost(ARRIVAL)
                .until(
                        () -> {
                            List<JsonNode> found = new ArrayList<>();
                            gateway()
                                    .get("/api/events?user_id=" + user)
                                    .data("/items")
                                    .forEach(found::add);
                            return found;
                        },
                        found -> !found.isEmpty());
    }

    @Test
    default void aKafkaTimestampBeyondTheYear9999_isReplacedByNow_andBlocksNothing() {
        gateway().records().configure(USER_EVENTS, "message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
        Instant before = Instant.now().minusSeconds(1);
        String user = unique();
        String after = unique();
        for (long timestamp : new long[] {253_402_300_799_999L, 253_402_300_800_000L, Long.MAX_VALUE}) {
            gateway()
                    .records()
                    .send(new ProducerRecord<>(USER_EVENTS, 1, timestamp, bytes("k"), bytes(userData(user))));
        }
        gateway().records().send(new ProducerRecord<>(USER_EVENTS, 1, null, bytes("k"), bytes(login(after))));

        stored(after);
        List<Instant> times = new ArrayList<>();
        gateway()
                .get("/api/events?user_id=" + user)
                .data("/items")
                .forEach(item -> times.add(Instant.parse(item.get("timestamp").asText())));
        assertThat(times).hasSize(3).first().isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
        assertThat(times.subList(1, 3)).allSatisfy(time -> assertThat(time).isBetween(before, Instant.now()));
    }

    @Test
    default void rubbishIsDeadLetteredByteForByte_whileItsNeighboursAreStored() {
        String before = unique();
        String after = unique();
        String marker = unique();
        byte[] key = {(byte) 0xff, 0, (byte) 0xfe, 'k'};
        byte[] value = bytes("{ no json " + marker + " \u0000 \ud83d\ude00");
        value[0] = (byte) 0xc3;
        List<Header> headers = List.of(
                new RecordHeader("twice", bytes("one")),
                new RecordHeader("CamelFileName", bytes("/etc/passwd")),
                new RecordHeader("twice", new byte[] {(byte) 0x80, 0}),
                new RecordHeader("kafka.KEY", bytes("evil")),
                new RecordHeader("empty", new byte[0]),
                new RecordHeader("none", null),
                new RecordHeader("dlq-reason", bytes("the sender's own")),
                new RecordHeader("TWICE", bytes("three")));
        long timestamp = 1_500_000_000_123L;
        RecordMetadata at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS, 1, null, bytes("k"), bytes(login(before))),
                        new ProducerRecord<>(USER_EVENTS, 1, timestamp, key, value, headers),
                        new ProducerRecord<>(USER_EVENTS, 1, null, bytes("k"), bytes(login(after))))
                .get(1);

        stored(before);
        stored(after);
        ConsumerRecord<byte[], byte[]> dead = deadLetter(USER_EVENTS, value);
        assertThat(dead.key()).isEqualTo(key);
        assertThat(dead.timestamp())
                .isCloseTo(Long.parseLong(lastHeaders(dead.headers()).get("dlq-failed-at")), within(60_000L));
        Header[] found = dead.headers().toArray();
        assertThat(List.of(found).subList(0, headers.size())).isEqualTo(headers);
        assertThat(lastHeaders(dead.headers()))
                .containsEntry("dlq-reason", "MALFORMED_JSON")
                .containsEntry("dlq-topic", USER_EVENTS)
                .containsEntry("dlq-partition", "1")
                .containsEntry("dlq-offset", String.valueOf(at.offset()))
                .containsEntry("dlq-timestamp", String.valueOf(timestamp))
                .containsEntry("dlq-group", STORE_GROUP)
                .containsEntry("dlq-route", "store-user-events")
                .containsEntry("dlq-attempts", "1")
                .containsEntry("dlq-replays", "0")
                .containsKeys("dlq-exception", "dlq-message");
        assertThat(lastHeaders(dead.headers()).get("dlq-message"))
                .as("no content")
                .doesNotContain(marker)
                .hasSizeLessThanOrEqualTo(500);

        JsonNode shown = shown(at);
        assertThat(Base64.getDecoder().decode(shown.at("/key/base64").asText())).isEqualTo(key);
        assertThat(Base64.getDecoder().decode(shown.at("/value/base64").asText()))
                .isEqualTo(value);
        assertThat(shown.at("/key/text").isNull()).isTrue();
        assertThat(shown.at("/timestamp").asLong()).isEqualTo(timestamp);
        assertThat(shown.at("/headers").findValuesAsText("name"))
                .isEqualTo(headers.stream().map(Header::key).toList());
        assertThat(shown.at("/headers/2/base64").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(new byte[] {(byte) 0x80, 0}));
    }

    @Test
    default void recordsOfAnAbortedTransaction_areNotStored_andLeaveNoLag() {
        String aborted = unique();
        String after = unique();
        gateway().records().abort(new ProducerRecord<>(USER_EVENTS, 2, null, bytes(login(aborted))));
        gateway().records().send(new ProducerRecord<>(USER_EVENTS, 2, null, bytes(login(after))));
        gateway().records().abort(new ProducerRecord<>(USER_EVENTS, 2, null, bytes(login(aborted))));

        stored(after);
        await("no lag of user_events").atMost(ARRIVAL).until(() -> StreamSupport.stream(
                        gateway().get("/api/kafka/status").data("/consumers").spliterator(), false)
                .filter(consumer -> USER_EVENTS.equals(consumer.get("topic").asText()))
                .allMatch(consumer -> consumer.get("lag").asInt(-1) == 0));
        assertThat(rows(aborted)).isZero();
    }

    @Test
    default void noRecordBlocksItsPartition() {
        byte[] large = new byte[6 * 1024 * 1024];
        Arrays.fill(large, (byte) 'x');
        RecordHeaders huge = new RecordHeaders();
        huge.add("huge", Arrays.copyOf(large, 900_000));
        RecordHeaders many = new RecordHeaders();
        for (int i = 0; i < 50_000; i++) {
            many.add("h", null);
        }
        RecordHeaders inflated = new RecordHeaders();
        inflated.add("kept", bytes("as it was"));
        inflated.add("huge", large);
        List<RecordMetadata> stubs = new ArrayList<>();
        for (String codec : List.of("gzip", "zstd", "lz4", "snappy")) {
            stubs.add(gateway()
                    .records()
                    .sendCompressed(codec, new ProducerRecord<>(USER_EVENTS, 0, 7_000L, bytes("k"), large)));
        }
        stubs.add(gateway().records().sendCompressed("gzip", new ProducerRecord<>(USER_EVENTS, 0, large, null)));
        stubs.add(gateway()
                .records()
                .sendCompressed("gzip", new ProducerRecord<>(USER_EVENTS, 0, null, null, bytes("v"), inflated)));
        List<RecordMetadata> whole = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS, 0, null, bytes("k"), bytes("v"), huge),
                        new ProducerRecord<>(USER_EVENTS, 0, null, bytes("k"), bytes("v"), many),
                        new ProducerRecord<>(USER_EVENTS, 0, Arrays.copyOf(large, 900_000), bytes("v")),
                        new ProducerRecord<>(USER_EVENTS, 0, null, null));
        RecordMetadata beyond = gateway()
                .records()
                .sendCompressed("gzip", new ProducerRecord<>(USER_EVENTS, 0, bytes("k"), new byte[20 * 1024 * 1024]));
        String after = unique();
        gateway().records().send(new ProducerRecord<>(USER_EVENTS, 0, null, bytes(login(after))));

        stored(after);
        JsonNode unread = shown(beyond);
        assertThat(stub(unread, "dlq-stub-length")).isEqualTo("20971520");
        assertThat(stub(unread, "dlq-stub-sha256")).isEqualTo("unread");
        assertThat(unread.at("/reason").asText()).isEqualTo("TOO_LARGE");
        assertThat(gateway()
                        .call("POST", "/api/dead-letters/" + unread.get("id").asText() + "/replay")
                        .send()
                        .status())
                .isEqualTo(409);
        stubs.forEach(at -> assertThat(stub(shown(at), "dlq-stub-length"))
                .as("a stub of " + at)
                .isNotNull());
        whole.forEach(at ->
                assertThat(stub(shown(at), "dlq-stub-length")).as("whole " + at).isNull());
        JsonNode first = shown(stubs.get(0));
        assertThat(first.at("/value/text").asText()).isEqualTo("x".repeat(1024));
        assertThat(first.at("/timestamp").asLong()).isEqualTo(7_000);
        assertThat(stub(first, "dlq-stub-length")).isEqualTo("6291456");
        assertThat(stub(first, "dlq-stub-sha256")).hasSize(64);
        assertThat(stub(shown(stubs.get(4)), "dlq-stub-length")).isEqualTo("-1");
        assertThat(shown(stubs.get(5)).at("/headers/0/name").asText()).isEqualTo("kept");

        Reply replayed = gateway()
                .call("POST", "/api/dead-letters/" + first.get("id").asText() + "/replay")
                .send();

        assertThat(replayed.data("/outcome").asText()).as(replayed.toString()).isEqualTo("replayed");
        JsonNode again = next(stubs.get(0), 1);
        assertThat(stub(again, "dlq-stub-sha256")).isEqualTo(stub(first, "dlq-stub-sha256"));
    }

    /** Returns the last header of this name in a dead letter; null if the header is missing. */
    private static String stub(JsonNode letter, String name) {
        String text = null;
        for (JsonNode header : letter.get("headers")) {
            text = name.equals(header.get("name").asText()) ? header.get("text").asText() : text;
        }
        return text;
    }

    @Test
    default void aRecordThatIsNotAnEventOfTheTopic_isDeadLetteredWithItsReason() {
        String id = unique();
        List<RecordMetadata> at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(SYSTEM_LOGS, 0, bytes("k"), null),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, new byte[0]),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, bytes("[1]")),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, bytes("{\"type\":\"system_dance\",\"data\":{}}")),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, bytes("{\"type\":\"system_info\",\"data\":{}}")),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, bytes(login(unique()))),
                        new ProducerRecord<>(SYSTEM_LOGS, 0, null, bytes(error(id, "warn"))));

        stored(id);
        List<String> reasons = at.subList(0, 6).stream()
                .map(record -> shown(record).get("reason").asText())
                .toList();
        assertThat(reasons)
                .containsExactly(
                        "MALFORMED_JSON",
                        "MALFORMED_JSON",
                        "EVENT_INVALID",
                        "UNKNOWN_EVENT_TYPE",
                        "EVENT_INVALID",
                        "EVENT_INVALID");
        assertThat(shown(at.get(0)).get("value").isNull()).isTrue();
        assertThat(shown(at.get(1)).at("/value/base64").asText("none")).isEmpty();
        assertThat(shown(at.get(5)).get("message").asText()).contains(USER_EVENTS);
        assertThat(item(at.get(6), STORE_GROUP)).isNull();
    }

    @Test
    default void aRepairedEventWithoutAnId_isStoredUnderTheIdOfTheOriginal() {
        String user = unique();
        RecordMetadata at = send(USER_EVENTS, "k", userData(user).replace("user_login", "user_dance"))
                .get(0);
        String deadLetter = shown(at).get("id").asText();

        Reply wrong = gateway()
                .post(
                        "/api/dead-letters/" + deadLetter + "/replay",
                        "{\"event\": " + userData(user).replace("192.0.2.8", "nowhere") + "}");
        assertRefused(wrong, 422, "EVENT_INVALID");
        assertThat(wrong.paths()).contains("/event/data/ip");

        Reply replayed =
                gateway().post("/api/dead-letters/" + deadLetter + "/replay", "{\"event\": " + userData(user) + "}");

        assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
        assertThat(replayed.data("/outcome").asText()).isEqualTo("repaired");
        assertThat(replayed.data("/replayed").asInt()).isEqualTo(1);
        JsonNode stored = storedOf(user).get(0);
        assertThat(stored.get("id").asText()).startsWith("derived:");
        assertThat(stored.get("repaired_by").asText()).isEqualTo("tester");
        assertThat(replayed.data("/detail").asText()).endsWith(stored.get("id").asText());
        JsonNode after = gateway().get("/api/dead-letters/" + deadLetter).json().get("data");
        assertThat(after.get("status").asText()).isEqualTo("replayed");
        assertThat(after.at("/history").findValuesAsText("by")).containsExactly("tester");

        Reply again = gateway()
                .call("POST", "/api/dead-letters/" + deadLetter + "/replay")
                .send();
        assertThat(again.data("/skipped").asInt()).isEqualTo(1);
    }

    @Test
    default void aRepair_needsAScopeToPublish_andIsAuditedWithItsChange() {
        String id = unique();
        String broken = login(id).replace("\"alice\"", "\"\"");
        RecordMetadata at = send(USER_EVENTS, "k", broken).get(0);
        String path = "/api/dead-letters/" + shown(at).get("id").asText() + "/replay";
        String repair = "{\"event\": " + login(id) + "}";

        Reply refused = gateway()
                .call("POST", path)
                .token(Token.of("dead-letters:write"))
                .json(repair)
                .send();
        assertRefused(refused, 403, "INSUFFICIENT_SCOPE");
        assertThat(item(at, STORE_GROUP).get("status").asText()).isEqualTo("open");

        Reply repaired = gateway()
                .call("POST", path)
                .token(Token.of("dead-letters:write events:write"))
                .json(repair)
                .send();
        assertThat(repaired.status()).as(repaired.toString()).isEqualTo(200);
        stored(id);
        JsonNode audited = await("audit record")
                .atMost(ARRIVAL)
                .until(
                        () -> StreamSupport.stream(
                                        gateway()
                                                .get("/api/audit?limit=100&outcome=done")
                                                .data("/items")
                                                .spliterator(),
                                        false)
                                .filter(record -> repaired.header("X-Request-Id")
                                        .equals(record.get("request_id").asText()))
                                .findFirst()
                                .orElse(null),
                        found -> found != null)
                .get("detail");
        assertThat(audited.get("outcome").asText()).isEqualTo("repaired");
        assertThat(audited.get("old_id").asText()).isEqualTo(id);
        assertThat(audited.get("new_id").asText()).isEqualTo(id);
        assertThat(audited.get("old_type").asText()).isEqualTo("user_login");
        assertThat(audited.get("new_type").asText()).isEqualTo("user_login");
        assertThat(audited.get("old_sha256").asText()).isEqualTo(sha256(bytes(broken)));
        assertThat(audited.get("new_sha256").asText())
                .hasSize(64)
                .isNotEqualTo(audited.get("old_sha256").asText());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    default void aReplayForAGroupWithoutAConsumer_isRefused_unlessAnotherGroupIsNamed() {
        String id = unique();
        List<Header> headers = new ArrayList<>();
        Map.of(
                        "dlq-reason", "HANDLER_FAILED",
                        "dlq-topic", USER_EVENTS,
                        "dlq-partition", "0",
                        "dlq-offset", "123456789",
                        "dlq-group", "a-group-that-is-gone")
                .forEach((name, value) -> headers.add(new RecordHeader(name, bytes(value))));
        gateway().records().send(new ProducerRecord<>(USER_EVENTS + ".dlq", 0, null, null, bytes(login(id)), headers));
        JsonNode dead = await("dead letter")
                .atMost(ARRIVAL)
                .until(
                        () -> items("group=a-group-that-is-gone").stream()
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
        String path = "/api/dead-letters/" + dead.get("id").asText() + "/replay";
        assertThat(dead.get("sealed").asBoolean()).isFalse();

        Reply refused = gateway().call("POST", path).send();
        assertRefused(refused, 409, "REPLAY_REFUSED");
        assertThat(refused.data("/details/0/message").asText()).contains("a-group-that-is-gone");

        Reply named = gateway().post(path, "{\"group\": \"" + STORE_GROUP + "\"}");
        assertThat(named.data("/replayed").asInt()).as(named.toString()).isEqualTo(1);
        stored(id);
    }

    @Test
    default void aReplayOfAStoredEvent_isSkipped() {
        String id = unique();
        RecordMetadata at =
                send(USER_EVENTS, "k", login(id).replace("\"alice\"", "\"\"")).get(0);
        String deadLetter = shown(at).get("id").asText();
        gateway().post("/api/events", login(id));
        stored(id);

        Reply replayed = gateway()
                .call("POST", "/api/dead-letters/" + deadLetter + "/replay")
                .send();

        assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
        assertThat(replayed.data("/skipped").asInt()).isEqualTo(1);
        assertThat(replayed.data("/replayed").asInt()).isZero();
    }

    @Test
    default void aReplayThatFailsAgain_isANewDeadLetterWithACount_andIsRefusedAfterFive() {
        String marker = unique();
        RecordMetadata at = send(USER_EVENTS, "k", "rubbish " + marker).get(0);
        JsonNode item = shown(at);
        for (int replays = 1; replays <= 5; replays++) {
            Reply replayed = gateway()
                    .call("POST", "/api/dead-letters/" + item.get("id").asText() + "/replay")
                    .send();
            assertThat(replayed.data("/replayed").asInt())
                    .as(replayed.toString())
                    .isEqualTo(1);
            String before = item.get("id").asText();
            item = next(at, replays);
            String after = item.get("id").asText();
            assertThat(item.get("replay_of").asText()).isEqualTo(before);
            assertThat(gateway()
                            .get("/api/dead-letters/" + before)
                            .data("/successor")
                            .asText())
                    .isEqualTo(after);
            assertThat(ids("status=open&origin=user_events/" + at.partition() + "/" + at.offset()))
                    .containsExactly(after);
            assertThat(item.at("/origin").asText()).isEqualTo("user_events/" + at.partition() + "/" + at.offset());
            assertThat(item.at("/value/text").asText()).isEqualTo("rubbish " + marker);
            assertThat(item.at("/headers").size()).isZero();
        }
        assertRefused(
                gateway()
                        .call("POST", "/api/dead-letters/" + item.get("id").asText() + "/replay")
                        .send(),
                409,
                "REPLAY_REFUSED");
    }

    private JsonNode next(RecordMetadata first, int replays) {
        String origin = first.topic() + "/" + first.partition() + "/" + first.offset();
        return await().atMost(ARRIVAL)
                .until(
                        () -> items("status=open&topic=" + first.topic()).stream()
                                .filter(item -> item.get("replays").asInt() == replays)
                                .map(item -> gateway()
                                        .get("/api/dead-letters/"
                                                + item.get("id").asText())
                                        .json()
                                        .get("data"))
                                .filter(detail ->
                                        origin.equals(detail.get("origin").asText()))
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
    }

    @Test
    default void aDiscardedDeadLetter_isNotReplayed_andNotErased() {
        RecordMetadata at = send(USER_EVENTS, null, "rubbish").get(0);
        String deadLetter = shown(at).get("id").asText();
        String path = "/api/dead-letters/" + deadLetter;

        assertRefused(gateway().post(path + "/discard", "{}"), 422, "REQUEST_INVALID");
        Reply discarded = gateway().post(path + "/discard", "{\"reason\": \"a test\"}");
        assertThat(discarded.status()).as(discarded.toString()).isEqualTo(200);
        assertThat(discarded.data("/status").asText()).isEqualTo("discarded");
        assertThat(discarded.data("/history").findValuesAsText("detail")).containsExactly("a test");

        assertRefused(gateway().call("POST", path + "/replay").send(), 409, "DEAD_LETTER_NOT_OPEN");
        assertThat(gateway().get(path).data("/value/text").asText()).isEqualTo("rubbish");
        assertThat(item(at, STORE_GROUP).get("status").asText()).isEqualTo("discarded");
    }

    @Test
    default void aBulkReplay_countsInADryRun_thenReplaysTheFoundDeadLetters() {
        String first = unique();
        String second = unique();
        List<RecordMetadata> at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS, 0, null, bytes(error(first, "warn"))),
                        new ProducerRecord<>(USER_EVENTS, 0, null, bytes(error(second, "warn"))));
        String from = shown(at.get(0)).get("failed_at").asText();
        shown(at.get(1));
        String filter = "{\"filter\": {\"topic\": \"user_events\", \"reason\": \"EVENT_INVALID\", \"from\": \"" + from
                + "\", \"status\": \"open\"}";

        Reply counted = gateway().post("/api/dead-letters/replay", filter + ", \"dry_run\": true}");
        assertThat(counted.status()).as(counted.toString()).isEqualTo(200);
        assertThat(counted.data("/matched").asInt()).isEqualTo(2);
        assertThat(counted.data("/replayed").asInt(0)).isZero();

        Reply replayed = gateway().post("/api/dead-letters/replay", filter + ", \"max\": 1}");
        assertThat(replayed.data("/replayed").asInt()).as(replayed.toString()).isEqualTo(1);

        assertRefused(gateway().post("/api/dead-letters/replay", "{\"dry_run\": true}"), 422, "REQUEST_INVALID");
        assertRefused(
                gateway().post("/api/dead-letters/replay", "{\"filter\": {\"topics\": \"x\"}}"),
                422,
                "REQUEST_INVALID");
    }

    @Test
    default void deadLettersAreFoundByEachFilter() {
        RecordMetadata at = send(SYSTEM_LOGS, null, "rubbish").get(0);
        JsonNode item = shown(at);
        String id = item.get("id").asText();
        String failedAt = item.get("failed_at").asText();
        for (String query : List.of(
                "topic=system_logs",
                "group=" + STORE_GROUP,
                "reason=MALFORMED_JSON",
                "status=open",
                "from=" + failedAt,
                "to=2100-01-01T00:00:00Z")) {
            assertThat(ids(query + "&limit=500")).as(query).contains(id);
        }
        for (String query : List.of(
                "topic=user_events",
                "group=nobody",
                "reason=EVENT_INVALID",
                "status=discarded",
                "to=" + failedAt,
                "from=2100-01-01T00:00:00Z")) {
            assertThat(ids(query + "&limit=500")).as(query).doesNotContain(id);
        }
        assertRefused(gateway().get("/api/dead-letters?status=lost"), 400, "INVALID_PARAMETER");
        assertRefused(gateway().get("/api/dead-letters/" + unique()), 404, "NOT_FOUND");
    }

    private static String userData(String user) {
        return """
                {"type": "user_login", "data":
                 {"user_id": "%s", "username": "carol", "ip": "192.0.2.8", "action": "a"}}""".formatted(user);
    }

    private List<RecordMetadata> send(String topic, String key, String value) {
        return gateway().records().send(new ProducerRecord<>(topic, key == null ? null : bytes(key), bytes(value)));
    }

    private ConsumerRecord<byte[], byte[]> deadLetter(String topic, byte[] value) {
        return await().atMost(ARRIVAL)
                .until(() -> gateway().records().withValue(topic + ".dlq", value), found -> found != null);
    }

    private static Map<String, String> lastHeaders(Headers headers) {
        Map<String, String> last = new HashMap<>();
        for (Header header : headers) {
            last.put(header.key(), header.value() == null ? null : new String(header.value(), UTF_8));
        }
        return last;
    }

    /** Returns the complete dead letter of the storing group for the record at this position. */
    default JsonNode shown(RecordMetadata at) {
        return shown(at, STORE_GROUP);
    }

    default JsonNode shown(RecordMetadata at, String group) {
        JsonNode item =
                await("dead letter of " + at).atMost(ARRIVAL).until(() -> item(at, group), found -> found != null);
        return gateway()
                .get("/api/dead-letters/" + item.get("id").asText())
                .json()
                .get("data");
    }

    default JsonNode item(RecordMetadata at, String group) {
        return items("limit=500&topic=" + at.topic() + "&group=" + group).stream()
                .filter(item -> item.get("partition").asInt() == at.partition()
                        && item.get("offset").asLong() == at.offset())
                .findFirst()
                .orElse(null);
    }

    private List<String> ids(String query) {
        return items(query).stream().map(item -> item.get("id").asText()).toList();
    }

    private List<JsonNode> items(String query) {
        Reply reply = gateway().get("/api/dead-letters?" + query);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return new ArrayList<>(
                StreamSupport.stream(reply.data("/items").spliterator(), false).toList());
    }
}
