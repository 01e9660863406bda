package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import io.github.eventgateway.kafka.PolledBatches;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/store-dead-letters.camel.yaml. */
class StoreDeadLettersTest extends RouteTest {

    private static final String USERS = "direct:polled-store-dead-letters-user-events";
    private static final TopicPartition PARTITION = new TopicPartition("user_events.dlq", 1);

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private DeadLetterRecords records;

    private MockConsumer<byte[], byte[]> consumer;

    @BeforeEach
    void empty() {
        jdbc.update("DELETE FROM dead_letter_history");
        jdbc.update("DELETE FROM dead_letter");
        consumer = new MockConsumer<>("earliest");
        consumer.assign(Set.of(PARTITION));
    }

    private Exchange store(PolledRecord... records) {
        return send(USERS, PolledBatches.of(List.of(records), consumer), Map.of());
    }

    PolledRecord deadLetter(long dlqOffset, RejectedRecord rejected) {
        OutgoingRecord letter = records.deadLetter(rejected, 1_700_000_123_456L);
        return new PolledRecord(
                letter.topic(), 1, dlqOffset, 1_700_000_123_456L, letter.key(), letter.value(), letter.headers());
    }

    private long rows() {
        return jdbc.queryForObject("SELECT COUNT(*) FROM dead_letter", Long.class);
    }

    private Long committed() {
        var offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? null : offset.offset();
    }

    @Test
    void givenADeadLetter_thenItsRowHasPositionReasonAndEveryByte() {
        Headers own =
                new RecordHeaders().add("a", new byte[] {-1}).add("A", null).add("a", new byte[] {0});

        Exchange exchange = store(deadLetter(5, DeadLetterRecordsTest.rejected(8, own)));

        assertThat(exchange.getException()).isNull();
        assertThat(committed()).isEqualTo(6);
        Map<String, Object> row = jdbc.queryForMap(
                "SELECT source_topic, source_partition, source_offset, source_timestamp, origin, consumer_group, route,"
                        + " reason, exception, message, attempts, replays, status, dlq_topic, dlq_partition, dlq_offset"
                        + " FROM dead_letter");
        row.replaceAll((column, value) -> value instanceof Number number ? number.longValue() : value);
        assertThat(row)
                .isEqualTo(Map.ofEntries(
                        Map.entry("source_topic", "user_events"),
                        Map.entry("source_partition", 2L),
                        Map.entry("source_offset", 8L),
                        Map.entry("source_timestamp", 1_700_000_000_000L),
                        Map.entry("origin", "user_events/2/8"),
                        Map.entry("consumer_group", "event-gateway-store"),
                        Map.entry("route", "store-user-events"),
                        Map.entry("reason", "EVENT_INVALID"),
                        Map.entry("exception", "a.b.C"),
                        Map.entry("message", "what it said"),
                        Map.entry("attempts", 1L),
                        Map.entry("replays", 0L),
                        Map.entry("status", "open"),
                        Map.entry("dlq_topic", "user_events.dlq"),
                        Map.entry("dlq_partition", 1L),
                        Map.entry("dlq_offset", 5L)));
        jdbc.query("SELECT record_key, record_value, record_headers FROM dead_letter", rows -> {
            assertThat(rows.getBytes(1)).isEqualTo(new byte[] {-1, 7});
            assertThat(rows.getBytes(2)).isEqualTo(new byte[] {-2, 0});
            assertThat(HeaderBytes.decode(rows.getBytes(3))).isEqualTo(own);
        });
    }

    @Test
    void givenTheSameDeadLetterTwice_thenThereIsOneRow() {
        RejectedRecord rejected = DeadLetterRecordsTest.rejected(8, new RecordHeaders());

        Exchange together = store(deadLetter(5, rejected), deadLetter(6, rejected));
        Exchange again = store(deadLetter(5, rejected), deadLetter(6, rejected));

        assertThat(together.getException()).isNull();
        assertThat(again.getException()).isNull();
        assertThat(rows()).isEqualTo(1);
        assertThat(committed()).isEqualTo(7);
    }

    /** Earlier versions write no proof, and identify a dead letter by the position, time and group of the record. */
    @Test
    void givenADeadLetterOfAnEarlierVersion_thenBothVersionsTogetherStoreItOnce() {
        PolledRecord sealed = deadLetter(5, DeadLetterRecordsTest.rejected(8, new RecordHeaders()));
        Headers before = DeadLetterHeaders.withoutLast(
                sealed.headers(), Set.of(DeadLetterHeaders.SEAL, DeadLetterHeaders.EVENT_ID));
        PolledRecord earlier =
                new PolledRecord(sealed.topic(), 1, 5, sealed.timestamp(), sealed.key(), sealed.value(), before);
        PolledRecord copy =
                new PolledRecord(sealed.topic(), 1, 6, sealed.timestamp(), sealed.key(), sealed.value(), before);

        store(earlier, copy);
        assertThat(rows()).isEqualTo(1);

        String earlierId = UUID.nameUUIDFromBytes(
                        "user_events/2/8/1700000000000/event-gateway-store".getBytes(StandardCharsets.UTF_8))
                .toString();
        jdbc.update("UPDATE dead_letter SET id = ?", earlierId);
        store(earlier, copy);
        store(sealed);
        assertThat(rows()).isEqualTo(1);

        store(new PolledRecord(sealed.topic(), 1, 7, sealed.timestamp(), sealed.key(), new byte[] {1}, before));
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void givenTheSameRecordRejectedByTwoGroups_thenThereAreTwoRows() {
        RejectedRecord one = DeadLetterRecordsTest.rejected(8, new RecordHeaders());
        RejectedRecord other = new RejectedRecord(
                one.record(),
                new ConsumingRoute("event-gateway-alert", "send-alert"),
                "HANDLER_FAILED",
                one.exception(),
                one.message(),
                4);

        store(deadLetter(5, one), deadLetter(6, other));

        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void givenARecordOfAnotherProgram_thenItIsStoredByItsOwnPositionWithUnknownReason() {
        Headers headers = new RecordHeaders().add("dlq-reason", "fake".getBytes(StandardCharsets.UTF_8));

        store(new PolledRecord("user_events.dlq", 1, 77, -1, null, null, headers));

        Map<String, Object> row = jdbc.queryForMap(
                "SELECT source_topic, source_partition, source_offset, consumer_group, reason FROM dead_letter");
        assertThat(row)
                .containsEntry("source_topic", "user_events")
                .containsEntry("source_partition", 1)
                .hasEntrySatisfying("source_offset", offset -> assertThat(((Number) offset).longValue())
                        .isEqualTo(77))
                .containsEntry("consumer_group", null)
                .containsEntry("reason", "UNKNOWN");
    }

    @Test
    void givenHeadersThatFitNoColumn_thenTheRowIsStillStored() {
        byte[] rubbish = ("x\0\uD800" + "é".repeat(2000)).getBytes(StandardCharsets.UTF_16);
        Headers headers = new RecordHeaders();
        for (String name :
                List.of("dlq-reason", "dlq-exception", "dlq-message", "dlq-group", "dlq-route", "replay-origin")) {
            headers.add(name, rubbish);
        }
        DeadLetterHeaders.add(headers, "dlq-topic", "user_events");
        DeadLetterHeaders.add(headers, "dlq-partition", 0);
        DeadLetterHeaders.add(headers, "dlq-offset", Long.MAX_VALUE);
        DeadLetterHeaders.add(headers, "dlq-timestamp", Long.MAX_VALUE);
        DeadLetterHeaders.add(headers, "dlq-attempts", "99999999999");
        DeadLetterHeaders.add(headers, "dlq-replays", Integer.MAX_VALUE);
        DeadLetterHeaders.add(headers, "dlq-failed-at", Long.MAX_VALUE);
        PolledRecord hostile =
                new PolledRecord("user_events.dlq", 1, 7, Long.MAX_VALUE, new byte[] {0}, new byte[1_500_000], headers);

        Exchange exchange = store(hostile, deadLetter(8, DeadLetterRecordsTest.rejected(8, new RecordHeaders())));

        assertThat(exchange.getException()).isNull();
        assertThat(rows()).isEqualTo(2);
        assertThat(committed()).isEqualTo(9);
    }

    @Test
    void givenAForgedDeadLetter_thenItReplacesNoOtherAndItsHeadersHaveNoEffect() {
        PolledRecord real = deadLetter(9, DeadLetterRecordsTest.rejected(8, new RecordHeaders()));
        Headers forged = new RecordHeaders();
        for (Header header : real.headers()) {
            forged.add(header.key(), header.value());
        }
        byte[] other = "other".getBytes(StandardCharsets.UTF_8);

        store(
                new PolledRecord(real.topic(), 1, 5, real.timestamp(), real.key(), other, forged),
                new PolledRecord(real.topic(), 1, 5, real.timestamp(), real.key(), other, forged),
                real);

        assertThat(jdbc.queryForList("SELECT record_value FROM dead_letter", byte[].class))
                .containsExactlyInAnyOrder(other, real.value());
        assertThat(jdbc.queryForList("SELECT record_value FROM dead_letter WHERE event_id IS NOT NULL", byte[].class))
                .containsExactly(real.value());
        assertThat(jdbc.queryForList("SELECT DISTINCT reason FROM dead_letter", String.class))
                .containsExactly("EVENT_INVALID");
    }

    @Test
    void givenTheSamePositionInARecreatedTopic_thenThereAreTwoRows() {
        RejectedRecord rejected = DeadLetterRecordsTest.rejected(8, new RecordHeaders());
        PolledRecord before = deadLetter(5, rejected);
        when(topicIds.of(any())).thenReturn(Uuid.fromString("_pmex9L2RZaN4lOaiValbg"));

        store(before);
        store(deadLetter(5, rejected));

        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void givenTheDatabaseFails_thenItIsRetriedAndNothingIsCommitted() {
        jdbc.execute("ALTER TABLE dead_letter RENAME TO dead_letter_away");
        try {
            Exchange exchange = store(deadLetter(5, DeadLetterRecordsTest.rejected(8, new RecordHeaders())));

            assertThat(exchange.getException()).isNotNull();
            assertThat(exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, Integer.class))
                    .isEqualTo(5);
            assertThat(committed()).isNull();
        } finally {
            jdbc.execute("ALTER TABLE dead_letter_away RENAME TO dead_letter");
        }
    }
}
