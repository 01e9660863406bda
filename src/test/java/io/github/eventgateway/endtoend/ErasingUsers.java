package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.EveryTable;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Tests the erasure of the data of a user. */
interface ErasingUsers extends EndToEndScenario {

    private static String of(String id, String user, String name) {
        return EndToEndScenario.userEvent(id, "user_login", user).replace("alice", name);
    }

    private Reply erase(String user) {
        Reply accepted = gateway().post("/api/erasures", "{\"user_id\": \"" + user + "\"}");
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        String path = "/api/erasures/" + accepted.data("/id").asText();
        assertThat(accepted.header("Location")).isEqualTo(path);
        await().atMost(ARRIVAL)
                .until(() -> gateway().get(path).data("/state").asText().equals("done"));
        return gateway().get(path);
    }

    /** Returns the dead letter of the record at this position. */
    private String letter(RecordMetadata at) {
        String query =
                "SELECT id FROM dead_letter WHERE source_topic = ? AND source_partition = ? AND source_offset = ?";
        await().atMost(ARRIVAL).until(() -> !gateway()
                .database()
                .queryForList(query, String.class, at.topic(), at.partition(), at.offset())
                .isEmpty());
        return gateway().database().queryForObject(query, String.class, at.topic(), at.partition(), at.offset());
    }

    private String anchor() {
        Reply verdict = gateway().get("/api/audit/verify");
        return verdict.data("/last_sequence").asText() + "."
                + verdict.data("/last_mac").asText();
    }

    private List<JsonNode> audited(String action) {
        List<JsonNode> records = new ArrayList<>();
        gateway()
                .get("/api/audit?action=" + action.replace(" ", "%20"))
                .data("/items")
                .forEach(records::add);
        return records;
    }

    @Test
    default void afterAnErasure_noTableHasDataOfTheUser_andTheAuditTrailVerifies() {
        String user = unique();
        String name = "name-" + unique();
        String id = unique();
        String neighbour = unique();
        gateway().post("/api/events", of(id, user, name));
        gateway().post("/api/events", of(neighbour, unique(), "bob"));
        List<RecordMetadata> at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(
                                USER_EVENTS, bytes(of(unique(), user, name).replace("192.0.2.7", "no address"))),
                        new ProducerRecord<>(USER_EVENTS, bytes("no JSON, but " + user + " and " + name)),
                        new ProducerRecord<>(USER_EVENTS, bytes(user), bytes("by key, " + name)),
                        new ProducerRecord<>(USER_EVENTS, bytes("no JSON of anyone " + neighbour)));
        List<String> letters = at.stream().map(this::letter).toList();
        stored(id);
        stored(neighbour);
        gateway().post("/api/dead-letters/" + letters.get(0) + "/discard", "{\"reason\": \"it is " + name + "\"}");
        String anchor = anchor();
        assertThat(EveryTable.with(gateway().database(), name)).isNotEmpty();

        Reply erased = erase(user);

        assertThat(EveryTable.with(gateway().database(), user)).isEmpty();
        assertThat(EveryTable.with(gateway().database(), name)).isEmpty();
        assertThat(erased.data("/erased/events").asInt()).isEqualTo(1);
        assertThat(erased.data("/erased/dead_letters").asInt()).isEqualTo(3);
        assertThat(erased.text()).doesNotContain(user);
        assertThat(rows(neighbour)).isEqualTo(1);
        assertThat(gateway().get("/api/dead-letters/" + letters.get(3)).text()).contains(neighbour);
        assertThat(gateway()
                        .get("/api/audit/verify?anchor=" + anchor)
                        .data("/valid")
                        .asBoolean())
                .isTrue();
        assertThat(audited("erasure").get(0).at("/detail/dead_letters").asInt()).isEqualTo(3);
        assertThat(audited("POST /api/erasures"))
                .anyMatch(record -> record.at("/outcome").asText().equals("begun")
                        && record.at("/detail/user_hash").equals(erased.json().at("/data/user_hash")));
        for (JsonNode copy : erased.data("/kafka")) {
            assertThat(copy.get("expiry").asText()).isEqualTo("known");
            assertThat(copy.get("expires_by").asText()).isGreaterThan("2026");
        }
    }

    @Test
    default void afterAnErasure_theAuditTrailHasTheUserNeitherInPathsNorInNames() {
        String user = unique();
        gateway().get("/api/events/" + user);
        gateway().get("/api/dead-letters/" + user);
        gateway().post("/api/dead-letters/replay", "{\"" + user + "\": 1, \"filter\": {\"" + user + "\": true}}");
        String anchor = anchor();
        assertThat(EveryTable.with(gateway().database(), user)).isNotEmpty();

        Reply erased = erase(user);

        assertThat(EveryTable.with(gateway().database(), user)).isEmpty();
        assertThat(erased.data("/erased/audit_details").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(gateway()
                        .get("/api/audit/verify?anchor=" + anchor)
                        .data("/valid")
                        .asBoolean())
                .isTrue();
    }

    @Test
    default void afterAnErasure_theUserIsNeitherInForgedHeaders_norInReasonsOfOtherDeadLetters() {
        String user = unique();
        RecordHeaders forged = new RecordHeaders();
        Map.of("dlq-topic", USER_EVENTS, "dlq-partition", "0", "dlq-offset", "7", "dlq-group", user)
                .forEach((name, value) -> forged.add(name, bytes(value)));
        forged.add("dlq-route", bytes("of " + user));
        forged.add("dlq-reason", bytes("BY_" + user));
        List<RecordMetadata> at = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS + ".dlq", null, (byte[]) null, bytes("{}"), forged),
                        new ProducerRecord<>(USER_EVENTS, bytes("no JSON of anyone " + unique())));
        String other = letter(at.get(1));
        assertThat(gateway()
                        .post("/api/dead-letters/" + other + "/discard", "{\"reason\": \"asked by " + user + "\"}")
                        .status())
                .isEqualTo(200);
        await().atMost(ARRIVAL).until(() -> EveryTable.with(gateway().database(), user)
                .containsAll(List.of(
                        "dead_letter.consumer_group",
                        "dead_letter.route",
                        "dead_letter.reason",
                        "dead_letter_cause.consumer_group",
                        "dead_letter_history.detail")));

        erase(user);

        assertThat(EveryTable.with(gateway().database(), user)).isEmpty();
        assertThat(gateway().get("/api/dead-letters/" + other).data("/status").asText())
                .isEqualTo("discarded");
    }

    @Test
    default void anErasedDeadLetter_hasTheStatusErased_andCannotBeReplayedRepairedOrDiscarded() {
        String user = unique();
        RecordMetadata at = gateway()
                .records()
                .send(new ProducerRecord<>(USER_EVENTS, bytes("{\"user_id\": \"" + user + "\"}")))
                .get(0);
        String letter = letter(at);
        erase(user);

        Reply shown = gateway().get("/api/dead-letters/" + letter);
        Reply replay = gateway()
                .call("POST", "/api/dead-letters/" + letter + "/replay")
                .send();
        Reply repair = gateway()
                .post("/api/dead-letters/" + letter + "/replay", "{\"event\": " + of(unique(), user, "x") + "}");
        Reply discard = gateway().post("/api/dead-letters/" + letter + "/discard", "{\"reason\": \"r\"}");

        assertThat(shown.data("/status").asText()).isEqualTo("erased");
        assertThat(shown.data("/value").isNull()).isTrue();
        assertThat(shown.data("/headers")).isEmpty();
        assertThat(shown.data("/history/0/outcome").asText()).isEqualTo("erased");
        for (Reply refused : List.of(replay, repair, discard)) {
            assertRefused(refused, 409, "DEAD_LETTER_NOT_OPEN");
        }
        assertThat(replay.text()).contains("was erased, because its record was about a user whose data was erased");
        assertThat(gateway()
                        .get("/api/dead-letters?status=erased&origin=" + USER_EVENTS + "/" + at.partition() + "/"
                                + at.offset())
                        .data("/items"))
                .hasSize(1);
        assertThat(gateway()
                        .get("/api/dead-letters/summary?status=erased")
                        .data("/dead_letters")
                        .asInt())
                .isPositive();
    }

    @Test
    default void anEventFromBeforeTheErasure_isNotStoredAfterIt_andItsIdNeither() {
        String user = unique();
        String name = "name-" + unique();
        String id = unique();
        gateway().post("/api/events", of(id, user, name));
        stored(id);
        long before = System.currentTimeMillis() - 1;
        erase(user);

        String late = unique();
        RecordMetadata broken = gateway()
                .records()
                .send(
                        new ProducerRecord<>(USER_EVENTS, null, before, bytes(user), bytes(of(late, user, name))),
                        new ProducerRecord<>(
                                USER_EVENTS, null, before, bytes(user), bytes("{\"about\": \"" + name + "\"}")))
                .get(1);
        assertThat(gateway().post("/api/events", of(id, user, name)).status()).isEqualTo(202);
        // Events of one key keep their order.
        String next = unique();
        gateway().post("/api/events", of(next, user, "later"));
        stored(next);

        assertThat(rows(id)).isZero();
        assertThat(rows(late)).isZero();
        assertThat(gateway()
                        .database()
                        .queryForObject("SELECT count(*) FROM event_key WHERE id IN (?, ?)", Integer.class, id, late))
                .isEqualTo(2);
        assertThat(gateway()
                        .get("/api/dead-letters/" + letter(broken))
                        .data("/status")
                        .asText())
                .isEqualTo("erased");
        assertThat(EveryTable.with(gateway().database(), name)).isEmpty();
        assertThat(gateway().get("/api/events/export?user_id=" + user).text().lines())
                .hasSize(1);
    }

    @Test
    default void anErasureNeedsItsScope_andAValidBody() {
        String body = "{\"user_id\": 7}";
        Reply forbidden = gateway()
                .call("POST", "/api/erasures")
                .token(Token.of("events:write events:read events:export dead-letters:write kafka:test audit:read"))
                .json(body)
                .send();
        Reply other = gateway().post("/api/erasures", "{\"user_id\": true, \"all\": 1}");
        Reply none = gateway().post("/api/erasures", "{}");
        Reply unknown = gateway().get("/api/erasures/00000000-0000-0000-0000-000000000000");

        assertRefused(forbidden, 403, "INSUFFICIENT_SCOPE");
        assertRefused(other, 422, "REQUEST_INVALID");
        assertThat(other.paths()).containsExactly("/all", "/user_id");
        assertRefused(none, 422, "REQUEST_INVALID");
        assertRefused(unknown, 404, "NOT_FOUND");
    }

    @Test
    default void aNumberAndItsDigitsAreTheSameUser_andAreNotInTheAuditTrail() {
        String user = String.valueOf(1_000_000_000_000L + Math.abs(unique().hashCode()));
        String id = unique();
        gateway().post("/api/events", of(id, user, "n"));
        stored(id);

        Reply accepted = gateway().post("/api/erasures", "{\"user_id\": " + user + "}");

        String path = accepted.header("Location");
        await().atMost(ARRIVAL)
                .until(() -> gateway().get(path).data("/state").asText().equals("done"));
        assertThat(rows(id)).isZero();
        assertThat(EveryTable.with(gateway().database(), user)).isEmpty();
    }
}
