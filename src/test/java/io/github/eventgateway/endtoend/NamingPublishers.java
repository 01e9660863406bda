package io.github.eventgateway.endtoend;

import static io.github.eventgateway.endtoend.EndToEndScenario.bytes;
import static io.github.eventgateway.endtoend.EndToEndScenario.error;
import static io.github.eventgateway.endtoend.EndToEndScenario.login;
import static io.github.eventgateway.endtoend.EndToEndScenario.unique;
import static io.github.eventgateway.endtoend.TakingEvents.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.testing.Reply;
import io.github.eventgateway.testing.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests who may publish which types, and that nobody can forge the publisher of an event. */
interface NamingPublishers extends EndToEndScenario {

    String LIMITED = "events:write:user_*";

    @Test
    default void theSubjectOfTheTokenIsThePublisher_andEventsAreFoundByIt() {
        String billing = unique();
        String id = unique();
        Reply one = published(Token.of("events:write", billing), login(id));
        Reply batch = gateway()
                .call("POST", "/api/events/batch")
                .token(Token.of(LIMITED, billing))
                .json("[" + login(id + "-2") + "," + login(id + "-3") + "]")
                .send();
        Reply typed = gateway()
                .call("POST", "/api/events/user_login")
                .token(Token.of("events:write:user_login", billing))
                .header("Idempotency-Key", id + "-4")
                .json("{\"user_id\": 7, \"username\": \"bob\"}")
                .send();

        assertThat(List.of(one.status(), batch.status(), typed.status())).containsOnly(202);
        for (String stored : List.of(id, id + "-2", id + "-3", id + "-4")) {
            assertThat(stored(stored).data("/publisher").asText()).isEqualTo(billing);
        }
        assertThat(gateway().get("/api/events?publisher=" + billing).data("/items"))
                .hasSize(4);
        assertThat(gateway()
                        .get("/api/events?type=user_logout&publisher=" + billing)
                        .data("/items"))
                .isEmpty();
    }

    @Test
    default void aTypeThatTheTokenDoesNotAllow_isRefused_andTheRefusalIsAudited() {
        String subject = unique();
        String token = Token.of(LIMITED, subject);
        String id = unique();

        Reply one = published(token, error(id, "warn"));
        Reply invalid = published(token, "{\"type\": \"system_error\", \"data\": {}}");
        Reply typed = gateway()
                .call("POST", "/api/events/system_error")
                .token(token)
                .json("{}")
                .send();

        for (Reply refused : List.of(one, invalid, typed)) {
            assertRefused(refused, 403, "TYPE_NOT_ALLOWED");
            assertThat(refused.data("/details/0/message").asText()).endsWith("only user_*");
        }
        assertThat(one.paths()).containsExactly("/type");
        assertThat(typed.paths()).containsExactly("type");
        await("audited").atMost(ARRIVAL).until(() -> gateway()
                .get("/api/audit?outcome=refused&subject=" + subject)
                .data("/items/0/reason")
                .asText()
                .equals("TYPE_NOT_ALLOWED"));
        assertThat(rows(id)).isZero();
    }

    @Test
    default void inABatch_eachEventOfAForbiddenTypeIsRefused() {
        String token = Token.of("events:write:user_login events:write:system_i*");
        String id = unique();
        Reply partly = batch(token, "[" + login(id) + "," + error(id + "-2", "warn") + "]");
        Reply none = batch(token, "[" + error(id + "-3", "warn") + "]");
        Reply noneAndOneIsWrong = batch(token, "[" + error(id + "-3", "warn") + ", {\"type\": \"user_login\"}]");

        assertThat(partly.status()).isEqualTo(207);
        assertThat(partly.data("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(partly.data("/errors/0/reason").asText()).isEqualTo("TYPE_NOT_ALLOWED");
        assertThat(none.status()).isEqualTo(403);
        assertThat(none.reason()).isEqualTo("TYPE_NOT_ALLOWED");
        assertThat(none.data("/errors/0/details/0/message").asText()).endsWith("only system_i*, user_login");
        assertThat(noneAndOneIsWrong.status()).isEqualTo(422);
        stored(id);
        assertThat(rows(id + "-2")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "events:write:, INSUFFICIENT_SCOPE",
        "events:write:user_*x, INSUFFICIENT_SCOPE",
        "events:write:*user_login, INSUFFICIENT_SCOPE",
        "events:writer, INSUFFICIENT_SCOPE",
        "events:write:user_logi, TYPE_NOT_ALLOWED",
        "events:write:USER_*, TYPE_NOT_ALLOWED",
        "events:read, INSUFFICIENT_SCOPE"
    })
    default void aSimilarScope_allowsNothing(String scope, String reason) {
        assertRefused(published(Token.of(scope), login(unique())), 403, reason);
    }

    @Test
    default void noHeaderParameterOrBody_changesThePublisher() {
        String mallory = unique();
        String id = unique();
        String token = Token.of("events:write events:read", mallory);
        List<Reply> taken = new ArrayList<>();
        for (String header : List.of(
                "publisher",
                "Publisher",
                "publisher-seal",
                "X-Publisher",
                "subject",
                "CamelKafkaPublisher",
                "kafka.HEADERS",
                "X-Forwarded-User")) {
            taken.add(gateway()
                    .call("POST", "/api/events")
                    .token(token)
                    .header(header, "billing")
                    .json(login(id + "-" + taken.size()))
                    .send());
        }
        Reply inTheBody =
                published(token, login(id + "-body").replace("{\"id\"", "{\"publisher\": \"billing\", \"id\""));
        Reply inTheQuery = gateway()
                .call("POST", "/api/events?publisher=billing")
                .token(token)
                .json(login(id + "-query"))
                .send();

        assertThat(taken).extracting(Reply::status).containsOnly(202);
        assertThat(inTheBody.status()).isEqualTo(422);
        assertRefused(inTheQuery, 400, "INVALID_PARAMETER");
        for (int i = 0; i < taken.size(); i++) {
            assertThat(stored(id + "-" + i).data("/publisher").asText()).isEqualTo(mallory);
        }
        assertThat(gateway().get("/api/events?publisher=billing&user_id=42").data("/items"))
                .isEmpty();
    }

    /** A program with write access copies the headers of a record of billing to a record with other content. */
    @Test
    default void aRecordThatAnotherProgramWroteToKafka_hasNoPublisher() {
        String id = unique();
        String billing = unique();
        Reply taken = published(Token.of("events:write", billing), login(id));
        ConsumerRecord<byte[], byte[]> original = gateway()
                .records()
                .at(
                        taken.data("/topic").asText(),
                        taken.data("/partition").asInt(),
                        taken.data("/offset").asLong());
        Header seal = original.headers().lastHeader("publisher-seal");
        Header publisher = original.headers().lastHeader("publisher");
        assertThat(new String(publisher.value(), UTF_8)).isEqualTo(billing);
        List<Header> copied = List.of(publisher, seal);
        List<Header> renamed = List.of(new RecordHeader("publisher", bytes("auditor")), seal);
        List<Header> twice = List.of(publisher, seal, new RecordHeader("publisher", bytes("auditor")));
        byte[] value = original.value();
        gateway()
                .records()
                .send(
                        record(original.key(), bytes(login(id + "-claimed")), List.of(publisher)),
                        record(original.key(), bytes(login(id + "-copied")), copied),
                        record(bytes("another"), bytes(login(id + "-key")), copied),
                        record(original.key(), bytes(login(id + "-renamed")), renamed),
                        record(original.key(), bytes(login(id + "-twice")), twice),
                        record(original.key(), value, renamed),
                        record(original.key(), value, copied));

        for (String forged : List.of("-claimed", "-copied", "-key", "-renamed", "-twice")) {
            assertThat(stored(id + forged).json().get("data").has("publisher"))
                    .as(forged)
                    .isFalse();
        }
        assertThat(rows(id)).isEqualTo(1);
        assertThat(stored(id).data("/publisher").asText()).isEqualTo(billing);
    }

    @Test
    default void aReplay_keepsItsPublisher_andARepairGetsTheRepairersSubject() {
        String id = unique();
        String billing = unique();
        published(Token.of("events:write", billing), login(id));
        stored(id);
        Reply conflict = published(Token.of("events:write", billing), login(id).replace("\"alice\"", "\"ann\""));
        JsonNode dead = deadLetter(conflict);
        assertThat(dead.get("publisher").asText()).isEqualTo(billing);
        forget(id);
        String path = "/api/dead-letters/" + dead.get("id").asText() + "/replay";

        Reply forbidden = gateway()
                .call("POST", path)
                .token(Token.of("dead-letters:write events:write:system_*"))
                .json("{\"event\": " + login(id + "-2") + "}")
                .send();
        assertRefused(forbidden, 403, "TYPE_NOT_ALLOWED");
        assertThat(forbidden.paths()).containsExactly("/event/type");
        Reply replayed = gateway()
                .call("POST", path)
                .token(Token.of("dead-letters:write", "operator"))
                .send();
        assertThat(replayed.status()).as(replayed.toString()).isEqualTo(200);
        Reply stored = stored(id);
        assertThat(stored.data("/publisher").asText()).isEqualTo(billing);
        assertThat(stored.data("/data/username").asText()).isEqualTo("ann");

        String other = unique();
        String broken = login(other).replace("\"alice\"", "\"\"");
        List<Header> claimed = List.of(new RecordHeader("publisher", bytes(billing)));
        RecordMetadata at = gateway()
                .records()
                .send(record(bytes("k"), bytes(broken), claimed))
                .get(0);
        JsonNode raw = deadLetter(at.topic(), at.partition(), at.offset());
        assertThat(raw.get("publisher").isNull()).isTrue();
        Reply repaired = gateway()
                .call("POST", "/api/dead-letters/" + raw.get("id").asText() + "/replay")
                .token(Token.of("dead-letters:write " + LIMITED, "operator"))
                .json("{\"event\": " + login(other) + "}")
                .send();
        assertThat(repaired.status()).as(repaired.toString()).isEqualTo(200);
        assertThat(stored(other).data("/publisher").asText()).isEqualTo("operator");
        assertThat(stored(other).data("/repaired_by").asText()).isEqualTo("operator");
    }

    @Test
    default void theSameIdOfTwoPublishers_isAConflict_evenWithTheSameContent() {
        String id = unique();
        String billing = unique();
        published(Token.of("events:write", billing), login(id));
        stored(id);

        JsonNode dead = deadLetter(published(Token.of("events:write", unique()), login(id)));
        assertThat(dead.get("reason").asText()).isEqualTo("ID_CONFLICT");
        Reply replayed = gateway()
                .call("POST", "/api/dead-letters/" + dead.get("id").asText() + "/replay")
                .send();
        assertRefused(replayed, 409, "REPLAY_REFUSED");

        assertThat(published(Token.of("events:write", billing), login(id)).status())
                .isEqualTo(202);
        assertThat(rows(id)).isEqualTo(1);
        assertThat(stored(id).data("/publisher").asText()).isEqualTo(billing);
    }

    private Reply published(String token, String event) {
        return gateway().call("POST", "/api/events").token(token).json(event).send();
    }

    private Reply batch(String token, String events) {
        return gateway()
                .call("POST", "/api/events/batch")
                .token(token)
                .json(events)
                .send();
    }

    private JsonNode deadLetter(Reply taken) {
        return deadLetter(
                taken.data("/topic").asText(),
                taken.data("/partition").asInt(),
                taken.data("/offset").asLong());
    }

    private JsonNode deadLetter(String topic, int partition, long offset) {
        String origin = topic + "/" + partition + "/" + offset;
        JsonNode item = await("dead letter of " + origin)
                .atMost(ARRIVAL)
                .until(
                        () -> gateway()
                                .get("/api/dead-letters?origin=" + origin)
                                .data("/items/0"),
                        found -> !found.isMissingNode());
        return gateway()
                .get("/api/dead-letters/" + item.get("id").asText())
                .json()
                .get("data");
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value, List<Header> headers) {
        return new ProducerRecord<>(USER_EVENTS, null, null, key, Arrays.copyOf(value, value.length), headers);
    }
}
