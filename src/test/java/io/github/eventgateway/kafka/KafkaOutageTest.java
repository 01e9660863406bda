package io.github.eventgateway.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.testing.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Status;

class KafkaOutageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READER = Set.of("events:read");
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    /** The limit in the contract for the status and for a refusal. */
    private static final long STATUS_LIMIT_MS = 2500;

    private static final long REFUSAL_LIMIT_MS = 3000;

    @Test
    void givenAKafkaThatIsDownAtTheStart_thenEventsAreRefused_untilItIsThereWithItsTopics() {
        try (BrokerProcess broker = BrokerProcess.prepare(Map.of());
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "orders")) {
            assertThat(reasonOf(kafka.availability::check)).isEqualTo(Reason.KAFKA_UNAVAILABLE);
            assertThat(kafka.creator.problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("KAFKA_BROKERS"));
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(status(kafka, Set.of())).isEqualTo("{\"status\":\"unavailable\"}");

            broker.restart();

            await().atMost(RECOVERY).untilAsserted(() -> {
                assertThatCode(kafka.availability::check).doesNotThrowAnyException();
                assertThat(kafka.creator.problem()).isEmpty();
                assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP);
                assertThat(status(kafka, READER))
                        .contains("\"enabled\"", "{\"name\":\"orders\",\"partitions\":3", "\"orders.dlq\"");
            });
        }
    }

    @Test
    void givenAFrozenBroker_thenStatusAndTopicsAnswerInTime_andPublishingComesBackWithOneTrial() {
        try (BrokerProcess broker = BrokerProcess.start();
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "orders")) {
            assertThatCode(kafka.availability::check).doesNotThrowAnyException();
            assertThat(status(kafka, READER)).contains("\"enabled\"");

            broker.freeze();

            List<CompletableFuture<Object>> crowd = IntStream.range(0, 50)
                    .mapToObj(i ->
                            kafka.status.status(i % 2 == 0 ? READER : Set.of()).toCompletableFuture())
                    .toList();
            assertThat(CompletableFuture.allOf(crowd.toArray(CompletableFuture[]::new)))
                    .succeedsWithin(STATUS_LIMIT_MS, MILLISECONDS);
            assertThat(crowd)
                    .allSatisfy(answer -> assertThat(json(answer.join())).contains("\"unavailable\""));
            assertRefusedInTime(kafka.topics.list());
            assertRefusedInTime(kafka.topics.topic("orders"));
            await().atMost(RECOVERY)
                    .untilAsserted(
                            () -> assertThat(kafka.health.health().getStatus()).isEqualTo(Status.DOWN));

            kafka.availability.failed(new TimeoutException("no answer"));
            assertThat(reasonOf(kafka.availability::check)).isEqualTo(Reason.KAFKA_UNAVAILABLE);
            assertThat(kafka.meters.get("gateway.kafka.available").gauge().value())
                    .isZero();

            broker.thaw();

            await().atMost(RECOVERY).until(kafka.availability::isAvailable);
            assertThatCode(kafka.availability::check).as("the trial").doesNotThrowAnyException();
            assertThat(reasonOf(kafka.availability::check))
                    .as("while the trial is pending")
                    .isEqualTo(Reason.KAFKA_UNAVAILABLE);
            kafka.availability.succeeded();
            assertThatCode(kafka.availability::check).doesNotThrowAnyException();
            assertThat(status(kafka, Set.of())).contains("\"enabled\"");
            await().atMost(RECOVERY)
                    .untilAsserted(
                            () -> assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP));
        }
    }

    @Test
    void givenABrokerThatIsKilledAndStartedAgain_thenPublishingComesBack() {
        try (BrokerProcess broker = BrokerProcess.start();
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "orders")) {
            broker.kill();
            kafka.availability.failed(new TimeoutException("no answer"));
            assertThat(status(kafka, Set.of())).contains("\"unavailable\"");
            assertRefusedInTime(kafka.topics.list());

            broker.restart();

            await().atMost(RECOVERY).until(kafka.availability::isAvailable);
        }
    }

    @Test
    void givenABrokerThatLostItsDisk_thenTheTopicsAreCreatedAgain_andItsClusterIsAnother() {
        try (BrokerProcess broker = BrokerProcess.start();
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "orders")) {
            await().atMost(RECOVERY).until(() -> kafka.watch.topicId("orders") != null);
            Uuid before = kafka.watch.topicId("orders");
            ListAppender<ILoggingEvent> log = new ListAppender<>();
            log.start();
            Logger logger = (Logger) LoggerFactory.getLogger(KafkaWatch.class);
            // A gateway of another test may have set a higher level.
            logger.setLevel(Level.WARN);
            logger.addAppender(log);

            broker.loseData();
            broker.restart();

            await().atMost(RECOVERY).untilAsserted(() -> {
                assertThat(kafka.admin.describe(List.of("orders", "orders.dlq")).join())
                        .containsOnlyKeys("orders", "orders.dlq");
                assertThat(kafka.watch.topicId("orders")).isNotEqualTo(before);
                assertThat(log.list)
                        .filteredOn(line -> line.getFormattedMessage().contains("has replaced cluster"))
                        .hasSize(1);
                assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP);
            });
        }
    }

    @Test
    void givenPublishingFails_thenTheGatewayIsNotReady_evenIfAdministrationWorks() {
        try (BrokerProcess broker = BrokerProcess.start();
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "orders")) {
            await().atMost(RECOVERY)
                    .untilAsserted(
                            () -> assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP));

            kafka.availability.failed(new TimeoutException("no answer"));
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.DOWN);

            await().atMost(RECOVERY).until(kafka.availability::isAvailable);
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP);
            kafka.availability.check();
            assertThat(kafka.health.health().getStatus())
                    .as("until the trial succeeds")
                    .isEqualTo(Status.DOWN);
            kafka.availability.succeeded();
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UP);
        }
    }

    @Test
    void givenKafkaSwitchedOff_thenEveryCallReportsItAtOnce() {
        Map<String, String> settings = Administration.settings("127.0.0.1:1");
        settings.put("gateway.kafka.enabled", "false");
        try (Administration kafka = Administration.start(settings, "orders")) {
            assertThat(status(kafka, READER)).isEqualTo("{\"status\":\"disabled\"}");
            assertThat(reasonOf(kafka.availability::check)).isEqualTo(Reason.KAFKA_DISABLED);
            assertThatThrownBy(() -> kafka.topics.list().toCompletableFuture().join())
                    .hasMessageContaining("KAFKA_DISABLED");
            assertThat(kafka.health.health().getStatus()).isEqualTo(Status.UNKNOWN);
        }
    }

    @Test
    void givenBrokersWhoseNameDoesNotResolve_thenStatusIsUnavailable() {
        try (Administration kafka = Administration.start(Administration.settings("nowhere.invalid:9092"), "orders")) {
            assertThat(status(kafka, READER)).contains("\"unavailable\"");
            assertRefusedInTime(kafka.topics.list());
        }
    }

    private static void assertRefusedInTime(CompletionStage<Object> answer) {
        assertThat(answer.toCompletableFuture())
                .failsWithin(REFUSAL_LIMIT_MS, MILLISECONDS)
                .withThrowableThat()
                .withMessageContaining("KAFKA_UNAVAILABLE");
    }

    private static String status(Administration kafka, Set<String> scopes) {
        CompletableFuture<Object> answer = kafka.status.status(scopes).toCompletableFuture();
        assertThat(answer).succeedsWithin(STATUS_LIMIT_MS, MILLISECONDS);
        return json(answer.join());
    }

    private static String json(Object value) {
        return JSON.valueToTree(value).toString();
    }

    private static Reason reasonOf(Runnable call) {
        try {
            call.run();
            return null;
        } catch (GatewayException e) {
            return e.reason();
        }
    }
}
