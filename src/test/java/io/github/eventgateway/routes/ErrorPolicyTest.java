package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.eventgateway.kafka.PolledBatches;
import io.github.eventgateway.kafka.PolledRecord;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tests routes/error-policy.camel.yaml: the effect of each policy on a failing route. */
@MockEndpointsAndSkip("kafka:.*|jdbc:.*|direct:dead-letter-records")
class ErrorPolicyTest extends RouteTest {

    private static final String ERROR = """
            {"type":"system_error","data":{"service":"billing","error":"boom"}}""";

    @EndpointInject("mock:kafka:topic-of-each-event")
    private MockEndpoint kafka;

    @Autowired
    private JdbcTemplate jdbc;

    @EndpointInject("mock:jdbc:dataSource")
    private MockEndpoint database;

    @BeforeEach
    void reset() {
        kafka.reset();
        database.reset();
    }

    private static void fails(MockEndpoint endpoint, RuntimeException failure) {
        endpoint.whenAnyExchangeReceived(exchange -> {
            throw failure;
        });
    }

    private Exchange batch() {
        return producer.send(
                "direct:publish-event-batch",
                ExchangeBuilder.anExchange(context)
                        .withBody(("[" + ERROR + "]").getBytes(StandardCharsets.UTF_8))
                        .withProperty("contentType", "application/json")
                        .build());
    }

    @Test
    void givenNoPolicyOfItsOwn_thenTheFailureGoesToTheCallerAtOnce() {
        fails(database, new IllegalStateException("broken"));

        Exchange exchange = send("direct:query-events", null, Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class);
        assertThat(database.getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void givenKafkaFailsForOneEvent_thenTheCircuitBreakerAndTheCallerGetTheFailure() {
        fails(kafka, new TimeoutException("no broker"));

        Exchange exchange = send("direct:publish-event", ERROR);

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        verify(broker).failed(any(TimeoutException.class));
    }

    @Test
    void givenSomethingElseFailsForOneEvent_thenOnlyTheCallerGetsTheFailure() {
        fails(kafka, new IllegalStateException("broken"));

        Exchange exchange = send("direct:publish-event", ERROR);

        assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class);
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        verify(broker, never()).failed(any());
    }

    @Test
    void givenKafkaFailsForABatch_thenTheCircuitBreakerGetsTheFailure() {
        fails(kafka, new KafkaException("no broker"));

        batch();

        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        verify(broker).failed(any(KafkaException.class));
    }

    @Test
    void givenSomethingElseFailsForABatch_thenOnlyTheCallerGetsTheFailure() {
        fails(kafka, new IllegalStateException("broken"));

        Exchange exchange = batch();

        assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class);
        assertThat(kafka.getReceivedCounter()).isEqualTo(1);
        verify(broker, never()).failed(any());
    }

    @Test
    void givenTheDatabaseFails_thenTheLogHasOneLine_withRouteAndRecords_andNoStatement() {
        Logger log = (Logger) LoggerFactory.getLogger("io.github.eventgateway.kafka.RetryLog");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        jdbc.execute("ALTER TABLE event RENAME TO event_away");
        try {
            for (int i = 0; i < 2; i++) {
                Exchange exchange = deliver("store-system-logs", new Polled().add("system_logs", 0, 7, ERROR));
                assertThat(exchange.getException()).isNotNull();
            }
        } finally {
            jdbc.execute("ALTER TABLE event_away RENAME TO event");
            log.detachAppender(lines);
            log.setLevel(null);
        }

        assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                .contains("store-system-logs", "system_logs/0/7", "The database")
                .doesNotContain("INSERT", "MessageId"));
    }

    @Test
    void givenRevokedPartitions_thenACommitIsNotRetried() {
        AtomicInteger commits = new AtomicInteger();
        TopicPartition partition = new TopicPartition("system_logs", 0);
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
                commits.incrementAndGet();
                throw new CommitFailedException();
            }
        }) {
            consumer.assign(Set.of(partition));
            byte[] value = ERROR.getBytes(StandardCharsets.UTF_8);
            PolledRecord record = new PolledRecord("system_logs", 0, 1, 0, null, value, new RecordHeaders());

            Exchange exchange =
                    send("direct:polled-store-system-logs", PolledBatches.of(List.of(record), consumer), Map.of());

            assertThat(exchange.getException()).isInstanceOf(CommitFailedException.class);
            assertThat(commits).hasValue(1);
        }
    }
}
