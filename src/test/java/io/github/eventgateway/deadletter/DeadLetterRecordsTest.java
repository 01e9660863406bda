package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.testing.RouteTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/dead-letter-records.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class DeadLetterRecordsTest extends RouteTest {

    private static final Headers OWN = new RecordHeaders(List.of(
            new RecordHeader("trace", new byte[] {1}),
            new RecordHeader("Trace", new byte[] {-1, 0}),
            new RecordHeader("trace", null),
            new RecordHeader("kafka.KEY", new byte[] {3}),
            new RecordHeader("camelThing", new byte[] {4})));

    @EndpointInject("mock:kafka:topic-of-each-dead-letter")
    private MockEndpoint kafka;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private RecordSeals seals;

    @Autowired
    private DeadLetterRecords deadLetterRecords;

    @BeforeEach
    void reset() {
        kafka.reset();
    }

    static RejectedRecord rejected(long offset, Headers headers) {
        return rejected(offset, new byte[] {-2, 0}, headers);
    }

    private static RejectedRecord rejected(long offset, byte[] value) {
        return rejected(offset, value, OWN);
    }

    private static RejectedRecord rejected(long offset, byte[] value, Headers headers) {
        return new RejectedRecord(
                new PolledRecord("user_events", 2, offset, 1_700_000_000_000L, new byte[] {-1, 7}, value, headers),
                new ConsumingRoute("event-gateway-store", "store-user-events"),
                "EVENT_INVALID",
                "a.b.C",
                "what it said",
                1);
    }

    private List<Message> sent() {
        return ((List<?>) kafka.getExchanges().get(0).getMessage().getBody())
                .stream().map(Message.class::cast).toList();
    }

    /** Returns the headers that the serializer of the producer sets, independent of the headers of the exchange. */
    private static Headers onTheWire(Message message) {
        Headers headers = new RecordHeaders().add("leaked", new byte[0]);
        try (WholeRecordSerializer serializer = new WholeRecordSerializer()) {
            byte[] value = serializer.serialize("any", headers, message.getBody());
            assertThat(value).isEqualTo(((OutgoingRecord) message.getBody()).value());
        }
        return headers;
    }

    private static Stream<String> names(Headers headers) {
        return Arrays.stream(headers.toArray()).map(Header::key);
    }

    @Test
    void givenRejectedRecords_thenEachGoesToItsDeadLetterTopicWithKeyHeadersInOrderAndANewTimestamp() {
        List<RejectedRecord> records = List.of(rejected(8, OWN), rejected(9, new RecordHeaders()));

        Exchange exchange = send("direct:dead-letter-records", records, Map.of("leaked", "secret"));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isSameAs(records);
        assertThat(sent()).hasSize(2);
        Message first = sent().get(0);
        assertThat(first.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("user_events.dlq");
        assertThat(first.getHeader(KafkaConstants.KEY)).isEqualTo(new byte[] {-1, 7});
        assertThat(first.getHeader(KafkaConstants.OVERRIDE_TIMESTAMP)).isNull();
        Headers headers = onTheWire(first);
        assertThat(Arrays.copyOf(headers.toArray(), 5)).isEqualTo(OWN.toArray());
        assertThat(names(headers).skip(5))
                .containsExactly(
                        "dlq-reason",
                        "dlq-exception",
                        "dlq-message",
                        "dlq-topic",
                        "dlq-partition",
                        "dlq-offset",
                        "dlq-timestamp",
                        "dlq-group",
                        "dlq-route",
                        "dlq-attempts",
                        "dlq-replays",
                        "dlq-failed-at",
                        "dlq-event-id",
                        "dlq-seal");
        assertThat(DeadLetterHeaders.text(headers, "dlq-offset")).isEqualTo("8");
        assertThat(DeadLetterHeaders.number(headers, "dlq-timestamp")).hasValue(1_700_000_000_000L);
        assertThat(DeadLetterHeaders.text(headers, "dlq-group")).isEqualTo("event-gateway-store");
        assertThat(DeadLetterHeaders.text(headers, "dlq-replays")).isEqualTo("0");
        assertThat(DeadLetterHeaders.original(headers, false)).isEqualTo(OWN);
    }

    @Test
    void givenAReplayThatFailsAgain_thenItsCountIsKept_andItsOriginAndTimestampToo() {
        Headers headers = new RecordHeaders(OWN);
        DeadLetterHeaders.add(headers, "replay-group", "event-gateway-store");
        DeadLetterHeaders.add(headers, "replay-id", "some-id");
        DeadLetterHeaders.add(headers, "replay-origin", "user_events/0/1");
        DeadLetterHeaders.add(headers, "replay-timestamp", 1_600_000_000_000L);
        DeadLetterHeaders.add(headers, "replay-event-id", "derived:first");
        DeadLetterHeaders.add(headers, "dlq-replays", 3);
        seals.sealReplay("user_events", new byte[] {-1, 7}, new byte[] {-2, 0}, headers);

        send("direct:dead-letter-records", List.of(rejected(8, headers)), Map.of());

        Headers sent = onTheWire(sent().get(0));
        assertThat(names(sent).filter("dlq-replays"::equals)).hasSize(1);
        assertThat(DeadLetterHeaders.text(sent, "dlq-replays")).isEqualTo("3");
        assertThat(DeadLetterHeaders.text(sent, "replay-origin")).isEqualTo("user_events/0/1");
        assertThat(DeadLetterHeaders.number(sent, "dlq-timestamp")).hasValue(1_600_000_000_000L);
        assertThat(DeadLetterHeaders.text(sent, "dlq-event-id")).isEqualTo("derived:first");
        assertThat(DeadLetterHeaders.original(sent, true)).isEqualTo(OWN);
    }

    @Test
    void givenForgedHeadersOfAReplay_thenTheirCountIsIgnored() {
        Headers headers = new RecordHeaders(OWN);
        DeadLetterHeaders.add(headers, "replay-id", "some-id");
        DeadLetterHeaders.add(headers, "replay-event-id", "derived:first");
        DeadLetterHeaders.add(headers, "replay-timestamp", 1_600_000_000_000L);
        DeadLetterHeaders.add(headers, "dlq-replays", 5);
        DeadLetterHeaders.add(headers, "replay-seal", "A".repeat(43));

        send("direct:dead-letter-records", List.of(rejected(8, headers)), Map.of());

        Headers sent = onTheWire(sent().get(0));
        assertThat(DeadLetterHeaders.text(sent, "dlq-replays")).isEqualTo("0");
        assertThat(DeadLetterHeaders.number(sent, "dlq-timestamp")).hasValue(1_700_000_000_000L);
        assertThat(DeadLetterHeaders.text(sent, "dlq-event-id")).isNotEqualTo("derived:first");
        assertThat(DeadLetterHeaders.original(sent, false)).isEqualTo(headers);
    }

    @Test
    void givenAProducersHeaderOfTheSameName_thenItIsKeptBeforeTheGatewaysHeader() {
        Headers own = new RecordHeaders().add("dlq-reason", "mine".getBytes(StandardCharsets.UTF_8));

        send("direct:dead-letter-records", List.of(rejected(8, own)), Map.of());

        Headers sent = onTheWire(sent().get(0));
        assertThat(DeadLetterHeaders.text(sent, "dlq-reason")).isEqualTo("EVENT_INVALID");
        assertThat(DeadLetterHeaders.original(sent, false)).isEqualTo(own);
    }

    @Test
    void givenKafkaFails_thenTheFailureIsThrownAndNothingIsCounted() {
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("down");
        });
        double before = counted();

        Exchange exchange = send("direct:dead-letter-records", List.of(rejected(8, OWN)), Map.of());

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
        assertThat(counted()).isEqualTo(before);
    }

    @Test
    void givenARecordThatIsTooLarge_thenItIsSentAsAStub_andItsNeighboursWhole() {
        List<OutgoingRecord> taken = new ArrayList<>();
        kafka.whenAnyExchangeReceived(exchange -> {
            List<OutgoingRecord> records = ((List<?>) exchange.getMessage().getBody())
                    .stream()
                            .map(message -> (OutgoingRecord) ((Message) message).getBody())
                            .toList();
            if (records.stream().anyMatch(record -> record.value().length > DeadLetterStub.HEAD)) {
                throw new RecordTooLargeException("3000000 bytes");
            }
            taken.addAll(records);
        });
        RejectedRecord small = rejected(8, OWN);
        RejectedRecord large = rejected(9, new byte[3_000_000]);
        double before = counted();

        Exchange exchange = send("direct:dead-letter-records", List.of(small, large), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(counted()).isEqualTo(before + 2);
        assertThat(taken).hasSize(2);
        assertThat(DeadLetterStub.in(taken.get(0).headers())).isNull();
        OutgoingRecord stub = taken.get(1);
        assertThat(stub.value()).isEqualTo(new byte[DeadLetterStub.HEAD]);
        assertThat(DeadLetterStub.in(stub.headers()).isOf(large.record().value()))
                .isTrue();
        assertThat(DeadLetterHeaders.text(stub.headers(), "dlq-offset")).isEqualTo("9");
    }

    @Test
    void givenAcknowledgedDeadLetters_thenTheyAreCountedByTopicGroupAndReason() {
        double before = counted();

        send("direct:dead-letter-records", List.of(rejected(8, OWN), rejected(9, OWN)), Map.of());

        assertThat(counted()).isEqualTo(before + 2);
    }

    @Test
    void givenAcknowledgedDeadLetters_thenTheLogHasPositionReasonAndIdOfEach() {
        assertThat(logged(List.of(rejected(8, OWN), rejected(9, OWN))))
                .containsExactly(
                        "Dead-lettered record user_events/2/8 of group event-gateway-store for EVENT_INVALID, dead letter "
                                + deadLetterRecords.id(rejected(8, OWN)),
                        "Dead-lettered record user_events/2/9 of group event-gateway-store for EVENT_INVALID, dead letter "
                                + deadLetterRecords.id(rejected(9, OWN)));
    }

    @Test
    void givenManyDeadLettersOfABatch_thenTheLogHasTheFirstTenAndTheNumberOfTheOthers() {
        List<RejectedRecord> many =
                IntStream.range(0, 500).mapToObj(i -> rejected(i, OWN)).toList();
        double before = counted();

        assertThat(logged(many)).hasSize(11).endsWith("Dead-lettered 490 further records of the same batch");
        assertThat(counted()).isEqualTo(before + 500);
    }

    private List<String> logged(List<RejectedRecord> records) {
        Logger log = (Logger) LoggerFactory.getLogger(DeadLetterRecords.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.setLevel(Level.WARN);
        log.addAppender(lines);
        try {
            send("direct:dead-letter-records", records, Map.of());
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
        }
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private double counted() {
        var counter = meters.find("gateway.dead.letters")
                .tags("topic", "user_events", "group", "event-gateway-store", "reason", "EVENT_INVALID")
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
