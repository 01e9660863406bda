package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.deadletter.DeadLetterHeaders;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
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
import org.apache.kafka.common.errors.TimeoutException;
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
    private static final String LOGS = "direct:polled-store-system-logs";

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @Autowired
    private JdbcTemplate jdbc;

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
        assertThat(rubbish.value()).isEqualTo("rubbish".getBytes(StandardCharsets.UTF_8));
        assertThat(rubbish.headers()).isEqualTo(headers);
        assertThat(rubbish.reason()).isEqualTo("MALFORMED_JSON");
        assertThat(rubbish.group()).isEqualTo("event-gateway-store");
        assertThat(rubbish.route()).isEqualTo("store-user-events");
        assertThat(((RejectedRecord) rejected.get(1)).offset()).isEqualTo(12);
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
    void givenTheDatabaseIsAway_thenItIsTriedAgainAndNothingIsDeadLettered() {
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
    void givenAReplayForAnotherGroup_thenItIsPassedOver() {
        RecordHeaders other = new RecordHeaders();
        other.add(DeadLetterHeaders.REPLAY_GROUP, "event-gateway-alert".getBytes(StandardCharsets.UTF_8));
        RecordHeaders own = new RecordHeaders();
        own.add(DeadLetterHeaders.REPLAY_GROUP, "event-gateway-store".getBytes(StandardCharsets.UTF_8));
        Polled polled = new Polled()
                .add("user_events", 0, 10, login("other"), other)
                .add("user_events", 0, 11, login("own"), own);

        send(USERS, polled.batch(), Map.of());

        assertThat(ids()).containsExactly("own");
        assertThat(polled.committed("user_events", 0)).hasValue(12);
    }

    @Test
    void givenAnEventWithoutId_thenItsIdIsThatOfItsFirstRecord() {
        String event = "{\"type\":\"system_info\",\"data\":{\"service\":\"s\",\"message\":\"m\"}}";
        RecordHeaders replay = new RecordHeaders();
        replay.add(DeadLetterHeaders.REPLAY_ORIGIN, "system_logs/1/5".getBytes(StandardCharsets.UTF_8));
        Polled polled = new Polled().add("system_logs", 1, 5, event).add("system_logs", 1, 99, event, replay);

        send(LOGS, polled.batch(), Map.of());

        assertThat(ids()).containsExactly("system_logs-1-5");
    }

    @Test
    void givenAnEventOfAnotherTopicsType_thenItIsDeadLettered() {
        Polled polled = new Polled().add("system_logs", 0, 1, login("lost"));

        send(LOGS, polled.batch(), Map.of());

        assertThat(ids()).isEmpty();
        assertThat(deadLetters.getReceivedCounter()).isEqualTo(1);
    }
}
