package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.NoAnswerException;
import io.github.eventgateway.api.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tests the log lines of retried failures. */
class RetryLogTest {

    private static final Logger LOG = (Logger) org.slf4j.LoggerFactory.getLogger(RetryLog.class);
    private static final String SQL = "INSERT INTO event (id,\n  type) VALUES (?, ?)";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long nanos;
    private final ConsumerProblems problems = new ConsumerProblems(mock(KafkaWatch.class), () -> nanos);
    private final RetryLog log = new RetryLog(problems);
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void listen() {
        LOG.setLevel(Level.INFO);
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void stop() {
        LOG.detachAppender(lines);
        LOG.setLevel(null);
    }

    private record Named(String place) implements Located {}

    private static final class Unanswered extends NoAnswerException {

        private static final long serialVersionUID = 1L;

        Unanswered(String message) {
            super(message);
        }
    }

    private Exchange failed(Throwable failure, Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getExchangeExtension().setFromRouteId("store-user-events");
        exchange.getMessage().setBody(body);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        return exchange;
    }

    private static PolledRecord record(int partition, long offset) {
        return new PolledRecord("user_events", partition, offset, 0, null, null, new RecordHeaders());
    }

    private static PolledBatch batch() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.assign(Set.of(new TopicPartition("user_events", 0), new TopicPartition("user_events", 2)));
        return PolledBatches.of(List.of(record(0, 5), record(0, 6), record(2, 9)), consumer);
    }

    private List<String> told() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aFailureIsLoggedInOneLine_withRouteAndRecords_andWithoutTheStatement() {
        log.process(failed(
                new BadSqlGrammarException("insert", SQL, new SQLException("no such column\n: x", "42703")), batch()));

        assertThat(told())
                .containsExactly(
                        "Route store-user-events cannot process 3 records, user_events/0/5 to user_events/2/9. It retries"
                                + " according to its error policy. The database rejects the statement (SQLState 42703)");
        assertThat(lines.list.get(0).getThrowableProxy()).isNull();
    }

    @Test
    void theLogNamesTheEvent_notItsBatch() {
        Exchange exchange = failed(new IllegalStateException("told to fail"), "body");
        exchange.setProperty("batch", batch());
        exchange.setProperty("alert", new Named("event e1 (user_events/0/6)"));

        log.process(exchange);

        assertThat(told()).singleElement().asString().contains("event e1 (user_events/0/6)", "IllegalStateException");
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(
                        new CannotCreateTransactionException("no", new SQLException("refused", "08001")),
                        "The database does not answer (SQLState 08001)"),
                Arguments.of(
                        new CannotCreateTransactionException("no", new SQLException("timed out")),
                        "The database does not answer"),
                Arguments.of(
                        new BadSqlGrammarException("task", SQL, new SQLException("no such table: secret")),
                        "The database rejects the statement"),
                Arguments.of(new TimeoutException("expired"), "No Kafka broker answers"),
                Arguments.of(
                        new HttpOperationFailedException("http://h", 503, "", null, Map.of(), "secret"),
                        "The webhook answered 503"),
                Arguments.of(
                        new RuntimeException(
                                new Unanswered("The webhook of gateway.alert.webhook-url gave no answer (X)")),
                        "policy. The webhook of gateway.alert.webhook-url gave no answer (X)"),
                Arguments.of(new RecordTooLargeException("secret"), "larger than Kafka allows"),
                Arguments.of(new CommitFailedException("secret"), "lost its partitions"),
                Arguments.of(new RebalanceInProgressException("secret"), "lost its partitions"),
                Arguments.of(
                        new KafkaException("secret", new UnknownTopicOrPartitionException("secret")),
                        "Kafka does not have the topic"),
                Arguments.of(
                        new NotEnoughReplicasException("secret"),
                        "Kafka reports an error (NotEnoughReplicasException)"),
                Arguments.of(new DisconnectException("secret"), "No Kafka broker answers"),
                Arguments.of(new GatewayException(Reason.EVENT_INVALID, "/data", "secret"), "EVENT_INVALID"),
                Arguments.of(new NullPointerException(), "java.lang.NullPointerException"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void theReasonIsASentenceWithoutContent(Throwable failure, String reason) {
        log.process(failed(failure, new Named("event e1")));

        assertThat(told()).singleElement().asString().contains(reason).doesNotContain("secret", "null", "\n", "INSERT");
    }

    @Test
    void anOutageIsLoggedInOneLine() {
        Throwable away = new CannotCreateTransactionException("no", new SQLException("refused", "08001"));
        for (int i = 0; i < 50; i++) {
            log.process(failed(away, batch()));
        }
        log.process(failed(new SQLException("odd", "42P01"), batch()));

        assertThat(told()).hasSize(2);
    }

    @Test
    void aFailedBatchIsAProblemOfItsGroup_untilItsPartitionsAreCommitted() {
        log.process(failed(new SQLException("refused", "08001"), batch()));
        String group = batch().group();

        assertThat(problems.of(group, "user_events")).hasValue("The database does not answer (SQLState 08001)");
        problems.processed(group, List.of(new TopicPartition("user_events", 0)));
        assertThat(problems.of(group, "user_events")).isPresent();
        problems.processed(group, List.of(new TopicPartition("user_events", 2)));
        assertThat(problems.of(group, "user_events")).isEmpty();
    }

    /** Another gateway may have the partition. */
    @Test
    void aFailedBatchIsNoProblem_ifTheFailureIsNotRepeatedForAMinute() {
        log.process(failed(new SQLException("refused", "08001"), batch()));
        String group = batch().group();

        nanos += Duration.ofSeconds(60).toNanos();
        assertThat(problems.of(group, "user_events")).isPresent();
        nanos++;
        assertThat(problems.of(group, "user_events")).isEmpty();
    }

    @Test
    void withoutAFailureNothingIsLogged() {
        log.process(failed(null, batch()));

        assertThat(told()).isEmpty();
    }
}
