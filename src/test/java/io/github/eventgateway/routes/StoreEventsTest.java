package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.Mockito.when;

import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.deadletter.SealedRecords;
import io.github.eventgateway.seal.SharedSecret;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/store-events.camel.yaml. */
@MockEndpointsAndSkip("direct:dead-letter-records")
class StoreEventsTest extends RouteTest {

    private static final String USERS = "direct:polled-store-user-events";
    private static final String LOGIN_WITHOUT_ID = login("x").replace("\"id\":\"x\",", "");
    private static final String LOGS = "direct:polled-store-system-logs";

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private SharedSecret secret;

    @Autowired
    private MeterRegistry meters;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM event");
        deadLetters.reset();
    }

    private static String login(String id) {
        return "{\"id\":\"" + id
                + "\",\"type\":\"user_login\",\"data\":{\"user_id\":7,\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}";
    }

    private List<String> ids() {
        return jdbc.queryForList("SELECT id FROM event ORDER BY id", String.class);
    }

    @Test
    void givenABatchOfSeveralPartitions_thenEachIsStoredOnceAndEachPartitionCommitted() {
        Polled polled = new Polled()
                .add("user_events", 0, 10, login("a"))
                .add("user_events", 1, 20, login("b"))
                .add("user_events", 0, 11, login("a"))
                .add("user_events", 2, 30, login("c"));

        Exchange exchange = send(USERS, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(ids()).containsExactly("a", "b", "c");
        assertThat(polled.committed())
                .isEqualTo(Map.of(
                        new TopicPartition("user_events", 0), 12L,
                        new TopicPartition("user_events", 1), 21L,
                        new TopicPartition("user_events", 2), 31L));
        assertThat(jdbc.queryForMap("SELECT * FROM event WHERE id = 'a'"))
                .containsEntry("user_id", "7")
                .containsEntry("username", "ann")
                .hasEntrySatisfying("kafka_offset", offset -> assertThat(((Number) offset).longValue())
                        .isEqualTo(10));
    }

    @Test
    void givenABatchThatIsReadAgain_thenNothingIsStoredTwice() {
        send(USERS, new Polled().add("user_events", 0, 10, login("a")).batch(), Map.of());
        Polled again = new Polled().add("user_events", 0, 10, login("a")).add("user_events", 0, 11, login("b"));

        send(USERS, again.batch(), Map.of());

        assertThat(ids()).containsExactly("a", "b");
        assertThat(again.committed("user_events", 0)).hasValue(12);
    }

    @Test
    void givenRubbishAmongGoodRecords_thenItIsDeadLetteredWithItsBytesAndTheOthersAreStored() throws Exception {
        RecordHeaders headers = new RecordHeaders();
        headers.add("a", new byte[] {1}).add("a", new byte[] {2});
        Polled polled = new Polled()
                .add("user_events", 0, 10, login("a"))
                .add("user_events", 0, 11, "rubbish", headers)
                .add("user_events", 0, 12, null)
                .add("user_events", 0, 13, login("b"));
        deadLetters.expectedMessageCount(1);

        send(USERS, polled.batch(), Map.of());

        deadLetters.assertIsSatisfied();
        List<?> rejected = deadLetters.getExchanges().get(0).getMessage().getBody(List.class);
        RejectedRecord rubbish = (RejectedRecord) rejected.get(0);
        assertThat(rubbish.record().value()).isEqualTo("rubbish".getBytes(StandardCharsets.UTF_8));
        assertThat(rubbish.record().headers()).isEqualTo(headers);
        assertThat(rubbish.reason()).isEqualTo("MALFORMED_JSON");
        assertThat(rubbish.consumer().group()).isEqualTo("event-gateway-store");
        assertThat(rubbish.consumer().id()).isEqualTo("store-user-events");
        assertThat(((RejectedRecord) rejected.get(1)).record().offset()).isEqualTo(12);
        assertThat(ids()).containsExactly("a", "b");
        assertThat(polled.committed("user_events", 0)).hasValue(14);
    }

    @Test
    void givenTheDeadLetterCannotBeWritten_thenNothingIsCommitted() {
        deadLetters.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });
        Polled polled = new Polled().add("user_events", 0, 10, login("a")).add("user_events", 0, 11, "rubbish");

        Exchange exchange = send(USERS, polled.batch(), Map.of());

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
        assertThat(polled.committed()).isEmpty();
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(6);
    }

    @Test
    void givenTheDatabaseIsUnavailable_thenTheBatchIsRetriedAndNothingIsDeadLettered() {
        jdbc.execute("ALTER TABLE event RENAME TO event_away");
        Polled polled = new Polled().add("user_events", 0, 10, login("a"));
        try {
            Exchange exchange = send(USERS, polled.batch(), Map.of());

            assertThat(exchange.getException()).isInstanceOf(DataAccessException.class);
            assertThat(exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER))
                    .isEqualTo(5);
            assertThat(time.waits()).containsExactly(500L, 1000L, 2000L, 4000L, 8000L);
            assertThat(polled.committed()).isEmpty();
            assertThat(deadLetters.getReceivedCounter()).isZero();
        } finally {
            jdbc.execute("ALTER TABLE event_away RENAME TO event");
        }
    }

    @Test
    void givenTheDatabaseComesBackBetweenTwoTries_thenTheBatchIsStored() throws Exception {
        jdbc.execute("ALTER TABLE event RENAME TO event_away");
        AtomicInteger tries = new AtomicInteger();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeRedeliveryEvent && tries.incrementAndGet() == 2) {
                    jdbc.execute("ALTER TABLE event_away RENAME TO event");
                }
            }
        });
        Polled polled = new Polled().add("user_events", 0, 10, login("a"));

        Exchange exchange = send(USERS, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(ids()).containsExactly("a");
        assertThat(polled.committed("user_events", 0)).hasValue(11);
    }

    @Test
    void givenAReplayForAnotherGroup_thenItIsSkipped() {
        Polled polled = new Polled()
                .add("user_events", 0, 10, login("other"), replay(login("other"), "event-gateway-alert"))
                .add("user_events", 0, 11, login("own"), replay(login("own"), "event-gateway-store"));

        send(USERS, polled.batch(), Map.of());

        assertThat(ids()).containsExactly("own");
        assertThat(polled.committed("user_events", 0)).hasValue(12);
    }

    @Test
    void givenForgedHeadersOfAReplay_thenTheRecordIsAnOrdinaryOne() {
        Map<String, String> names = Map.of(
                DeadLetterHeaders.REPLAY_GROUP, "event-gateway-alert",
                DeadLetterHeaders.REPLAY_ID, "x",
                DeadLetterHeaders.REPLAY_ORIGIN, "a\r\nb",
                DeadLetterHeaders.REPLAY_EVENT_ID, "derived:chosen",
                DeadLetterHeaders.REPLAY_REPAIRED_BY, "nobody");
        Headers ofAnother = replay(login("another"), "event-gateway-alert");
        Polled polled = new Polled()
                .add("user_events", 0, 10, login("bare"), SealedRecords.unsealed(names))
                .add("user_events", 0, 11, login("moved"), ofAnother)
                .add("user_events", 0, 12, LOGIN_WITHOUT_ID, SealedRecords.unsealed(names));

        send(USERS, polled.batch(), Map.of());

        assertThat(deadLetters.getReceivedCounter()).isZero();
        assertThat(ids()).hasSize(3).contains("bare", "moved").doesNotContain("derived:chosen");
        assertThat(jdbc.queryForList("SELECT DISTINCT repaired_by FROM event", String.class))
                .containsOnlyNulls();
    }

    private Headers replay(String value, String group) {
        return SealedRecords.replay(
                secret,
                "user_events",
                "key".getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8),
                Map.of(DeadLetterHeaders.REPLAY_GROUP, group));
    }

    @Test
    void givenAnEventWithoutId_thenItGetsADerivedId_theSameAtEveryReadingAndReplay() {
        Polled first = new Polled().add("user_events", 1, 5, LOGIN_WITHOUT_ID);
        send(USERS, first.batch(), Map.of());
        String id = ids().get(0);
        Headers replay = SealedRecords.replay(
                secret,
                "user_events",
                "key".getBytes(StandardCharsets.UTF_8),
                LOGIN_WITHOUT_ID.getBytes(StandardCharsets.UTF_8),
                Map.of(DeadLetterHeaders.REPLAY_EVENT_ID, id, DeadLetterHeaders.REPLAY_ORIGIN, "user_events/1/5"));

        send(
                USERS,
                new Polled()
                        .add("user_events", 1, 5, LOGIN_WITHOUT_ID)
                        .add("user_events", 1, 99, LOGIN_WITHOUT_ID, replay)
                        .batch(),
                Map.of());

        assertThat(id).matches("derived:[A-Za-z0-9_-]{43}");
        assertThat(ids()).containsExactly(id);
        assertThat(deadLetters.getReceivedCounter()).isZero();
    }

    @Test
    void givenTheSameBytesAtTheSamePositionOfARecreatedTopic_thenTheyAreAnotherEvent() {
        send(USERS, new Polled().add("user_events", 1, 5, LOGIN_WITHOUT_ID).batch(), Map.of());
        when(topicIds.of("user_events")).thenReturn(Uuid.fromString("_pmex9L2RZaN4lOaiValbg"));

        send(USERS, new Polled().add("user_events", 1, 5, LOGIN_WITHOUT_ID).batch(), Map.of());

        assertThat(ids()).hasSize(2);
        assertThat(deadLetters.getReceivedCounter()).isZero();
    }

    @Test
    void givenKafkaDoesNotReturnTheTopicId_thenTheBatchIsRetried_andNothingIsDeadLettered() {
        when(topicIds.of("user_events"))
                .thenThrow(new TimeoutException("no broker"))
                .thenReturn(Uuid.ONE_UUID);
        Polled polled = new Polled().add("user_events", 1, 5, LOGIN_WITHOUT_ID);

        Exchange exchange = send(USERS, polled.batch(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(time.waits()).containsExactly(500L);
        assertThat(ids()).hasSize(1);
        assertThat(deadLetters.getReceivedCounter()).isZero();
    }

    @Test
    void givenAnIdOfTheFormThatTheGatewayDerives_thenTheRecordIsDeadLettered() {
        send(USERS, new Polled().add("user_events", 1, 5, LOGIN_WITHOUT_ID).batch(), Map.of());
        String taken = ids().get(0);

        Polled polled =
                new Polled().add("user_events", 1, 6, login("derived:x")).add("user_events", 1, 7, login(taken));
        send(USERS, polled.batch(), Map.of());

        assertThat(rejected(deadLetters)).extracting(RejectedRecord::reason).containsOnly("EVENT_INVALID");
        assertThat(rejected(deadLetters)).hasSize(2);
        assertThat(rejected(deadLetters).get(0).message()).contains("/id must not begin with derived:");
        assertThat(ids()).containsExactly(taken);
    }

    @Test
    void givenARepairedEventUnderADerivedId_thenItIsStoredWithItsRepairer() {
        String value = login("derived:" + "x".repeat(43));
        Headers replay = SealedRecords.replay(
                secret,
                "user_events",
                "key".getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8),
                Map.of(
                        DeadLetterHeaders.REPLAY_EVENT_ID,
                        "derived:" + "x".repeat(43),
                        DeadLetterHeaders.REPLAY_REPAIRED_BY,
                        "o\u0000ps".repeat(100)));

        send(USERS, new Polled().add("user_events", 1, 6, value, replay).batch(), Map.of());

        assertThat(ids()).containsExactly("derived:" + "x".repeat(43));
        assertThat(jdbc.queryForObject("SELECT repaired_by FROM event", String.class))
                .startsWith("opsops")
                .hasSize(255);
    }

    @Test
    void givenAnEventThatAnEarlierVersionStoredByItsPlace_thenItIsNotStoredAgain_unlessItIsAnotherOne() {
        insertAsBefore("user_events-1-5", LOGIN_WITHOUT_ID, Instant.ofEpochMilli(1_700_000_000_000L));
        insertAsBefore("user_events-1-6", LOGIN_WITHOUT_ID, Instant.ofEpochMilli(1_600_000_000_000L));
        insertAsBefore(
                "user_events-1-7", LOGIN_WITHOUT_ID.replace("ann", "eve"), Instant.ofEpochMilli(1_700_000_000_000L));

        Polled polled = new Polled()
                .add("user_events", 1, 5, LOGIN_WITHOUT_ID)
                .add("user_events", 1, 6, LOGIN_WITHOUT_ID)
                .add("user_events", 1, 7, LOGIN_WITHOUT_ID);
        send(USERS, polled.batch(), Map.of());

        assertThat(jdbc.queryForList(
                        "SELECT kafka_offset FROM event WHERE id LIKE 'derived:%' ORDER BY kafka_offset", Long.class))
                .containsExactly(6L, 7L);
        assertThat(deadLetters.getReceivedCounter()).isZero();
    }

    private void insertAsBefore(String id, String event, Instant at) {
        jdbc.update(
                "INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload)"
                        + " VALUES (?, 'user_login', 'user_events', 1, 5, ?, ?, ?)",
                id,
                at.atOffset(ZoneOffset.UTC),
                at.atOffset(ZoneOffset.UTC),
                event.replace("{\"type\"", "{\"id\":\"" + id + "\",\"timestamp\":\"" + at + "\",\"type\""));
    }

    @Test
    void givenARepetition_thenItIsSkippedSilently() {
        double conflicts = conflicts();
        String dated = login("a").replace("\"data\"", "\"timestamp\":\"2026-01-31T12:00:00.100Z\",\"data\"");
        String other = dated.replace("2026-01-31T12:00:00.100Z", "2026-01-31T14:00:00.1+02:00")
                .replace("\"user_id\":7,\"username\":\"ann\"", "\"username\":\"ann\",\"user_id\":7.00");
        send(USERS, new Polled().add("user_events", 0, 10, dated).batch(), Map.of());

        Polled polled = new Polled()
                .add("user_events", 0, 10, dated)
                .add("user_events", 1, 11, other)
                .add("user_events", 1, 12, login("b"))
                .add("user_events", 2, 13, login("b").replace("{\"id\"", "{ \"id\""));
        send(USERS, polled.batch(), Map.of());

        assertThat(ids()).containsExactly("a", "b");
        assertThat(deadLetters.getReceivedCounter()).isZero();
        assertThat(conflicts()).isEqualTo(conflicts);
    }

    @Test
    void givenARepetitionWithoutATime_thenTheTimesFromTheGatewayAreIgnored() {
        send(
                USERS,
                new Polled()
                        .add("user_events", 0, 10, taken("a", "2023-11-14T22:13:20.000123Z"))
                        .batch(),
                Map.of());
        jdbc.update("UPDATE event SET kafka_offset = 3, payload = replace(payload, '22:13:20.000123', '22:13:15')");

        send(
                USERS,
                new Polled()
                        .add("user_events", 0, 10, taken("a", "2023-11-14T22:13:20.000999Z"))
                        .batch(),
                Map.of());
        assertThat(deadLetters.getReceivedCounter()).isZero();

        send(
                USERS,
                new Polled()
                        .add("user_events", 0, 11, taken("a", "2023-11-14T22:13:19.999Z"))
                        .batch(),
                Map.of());
        assertThat(rejected(deadLetters)).extracting(RejectedRecord::reason).containsExactly("ID_CONFLICT");
        assertThat(ids()).containsExactly("a");
    }

    private static String taken(String id, String at) {
        return login(id).replace("\"data\"", "\"timestamp\":\"" + at + "\",\"data\"");
    }

    @Test
    void givenOtherEventsUnderTheSameId_thenEachIsADeadLetterAndCounted() {
        double conflicts = conflicts();
        send(USERS, new Polled().add("user_events", 0, 10, login("a")).batch(), Map.of());
        String otherData = login("a").replace("ann", "eve");
        String otherType = login("a").replace("user_login", "user_logout");

        Polled polled = new Polled()
                .add("user_events", 0, 11, otherData)
                .add("user_events", 0, 12, login("a"))
                .add("user_events", 0, 13, otherType)
                .add("user_events", 0, 14, login("b"))
                .add("user_events", 0, 15, login("b").replace("ann", "eve"))
                .add("user_events", 0, 16, login("b"))
                .add("user_events", 0, 17, login("c"));
        send(USERS, polled.batch(), Map.of());
        send(
                LOGS,
                new Polled()
                        .add(
                                "system_logs",
                                0,
                                1,
                                "{\"id\":\"a\",\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\"}}")
                        .batch(),
                Map.of());

        assertThat(ids()).containsExactly("a", "b", "c");
        assertThat(jdbc.queryForList("SELECT username FROM event", String.class))
                .containsOnly("ann");
        assertThat(rejected(deadLetters)).extracting(RejectedRecord::reason).containsOnly("ID_CONFLICT");
        assertThat(rejected(deadLetters))
                .extracting(dead -> dead.record().offset())
                .containsExactlyInAnyOrder(11L, 13L, 15L, 1L);
        assertThat(rejected(deadLetters).get(0).message())
                .isEqualTo("another event is stored under this id, from user_events, partition 0, offset 10");
        assertThat(conflicts()).isEqualTo(conflicts + 4);
    }

    @Test
    void givenAConflictWithAnEventThatTheDatabaseRefuses_thenTheOtherOneIsStored() {
        jdbc.execute("CREATE TRIGGER refuse_ann BEFORE INSERT ON event WHEN NEW.username = 'ann'"
                + " BEGIN SELECT RAISE(ABORT, 'no ann'); END");
        try {
            Polled polled = new Polled()
                    .add("user_events", 0, 10, login("a"))
                    .add("user_events", 0, 11, login("a").replace("ann", "eve"))
                    .add("user_events", 0, 12, login("b").replace("ann", "bob"))
                    .add("user_events", 0, 13, login("a"));

            send(USERS, polled.batch(), Map.of());

            assertThat(jdbc.queryForList("SELECT username FROM event ORDER BY id", String.class))
                    .containsExactly("eve", "bob");
            assertThat(rejected(deadLetters))
                    .extracting(dead -> dead.record().offset(), RejectedRecord::reason)
                    .containsExactly(tuple(10L, "ROW_REFUSED"));
        } finally {
            jdbc.execute("DROP TRIGGER refuse_ann");
        }
    }

    private double conflicts() {
        return meters.get("gateway.events.conflicts").counter().count();
    }

    @Test
    void givenAnEventOfAnotherTopicsType_thenItIsDeadLettered() {
        Polled polled = new Polled().add("system_logs", 0, 1, login("lost"));

        send(LOGS, polled.batch(), Map.of());

        assertThat(ids()).isEmpty();
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(1);
    }
}
