package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerAvailabilityTest {

    private final CatalogueTopics topics = mock(CatalogueTopics.class);
    private BrokerAvailability availability;
    private Runnable look;

    @BeforeEach
    void watch() {
        KafkaAdmin admin = mock(KafkaAdmin.class);
        when(admin.isEnabled()).thenReturn(true);
        doAnswer(call -> look = call.getArgument(1)).when(admin).every(any(), any());
        availability = new BrokerAvailability(admin, topics, new SimpleMeterRegistry());
        availability.watch();
        topicsAre(CompletableFuture.completedFuture(List.of()));
    }

    @Test
    void givenTheStart_thenEventsWaitForTheTopics() {
        topicsAre(CompletableFuture.completedFuture(List.of("topic a is missing")));
        look.run();
        assertRefused();

        topicsAre(CompletableFuture.completedFuture(List.of()));
        look.run();
        assertTaken();
        assertTaken();
    }

    static Stream<Throwable> outages() {
        return Stream.of(
                new TimeoutException("expired"),
                new NetworkException("gone"),
                new NotEnoughReplicasException("one"),
                new NotEnoughReplicasAfterAppendException("one"),
                new SaslAuthenticationException("no"),
                new java.util.concurrent.TimeoutException(),
                new KafkaException("Failed to construct kafka producer", new ConfigException("no resolvable url")),
                new RuntimeException(new TimeoutException("wrapped")));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void givenAnOutage_thenLaterEventsAreRefusedAtOnce(Throwable failure) {
        availability.topicsFound();

        availability.failed(failure);

        assertRefused();
        assertThat(availability.isAvailable()).isFalse();
    }

    static Stream<Throwable> faultsOfOne() {
        return Stream.of(
                new RecordTooLargeException("big"),
                new SerializationException("odd"),
                new TopicAuthorizationException("one topic"),
                new GatewayException(Reason.EVENT_INVALID),
                new IllegalStateException());
    }

    @ParameterizedTest
    @MethodSource("faultsOfOne")
    void givenAFaultOfOneEvent_thenLaterEventsAreAccepted(Throwable failure) {
        availability.topicsFound();

        availability.failed(failure);

        assertTaken();
    }

    @Test
    void givenKafkaIsBack_thenExactlyOneEventIsTheTrial() {
        halfOpen();

        long taken = IntStream.range(0, 200).parallel().filter(i -> isTaken()).count();

        assertThat(taken).isEqualTo(1);
        availability.succeeded();
        assertTaken();
        assertTaken();
    }

    @Test
    void givenAFailedTrial_thenAllWaitForTheNextCheck() {
        halfOpen();
        assertTaken();

        availability.failed(new TimeoutException("still"));

        assertRefused();
        assertThat(availability.problem()).isPresent();
        look.run();
        assertRefused();
        await().until(() -> {
            look.run();
            return isTaken();
        });
        assertRefused();
    }

    @Test
    void givenATrialThatFailsByItsOwnFault_thenAnotherMayTry() {
        halfOpen();
        assertTaken();

        availability.failed(new RecordTooLargeException("big"));

        assertTaken();
        assertRefused();
    }

    @Test
    void givenKafkaIsNotBack_thenAllAreRefused() {
        availability.topicsFound();
        availability.failed(new TimeoutException("expired"));

        topicsAre(CompletableFuture.failedFuture(new TimeoutException("no answer")));
        look.run();
        assertRefused();
        topicsAre(CompletableFuture.completedFuture(List.of("topic a has a partition without a leader")));
        look.run();
        assertRefused();
    }

    @Test
    void givenALateSuccess_thenItDoesNotEndTheOutage() {
        availability.topicsFound();
        availability.failed(new TimeoutException("expired"));

        availability.succeeded();

        assertRefused();
    }

    private void halfOpen() {
        availability.topicsFound();
        availability.failed(new TimeoutException("expired"));
        look.run();
        assertThat(availability.isAvailable()).isTrue();
    }

    private void topicsAre(CompletableFuture<List<String>> problems) {
        when(topics.problems()).thenReturn(problems);
    }

    private boolean isTaken() {
        try {
            availability.check();
            return true;
        } catch (GatewayException e) {
            return false;
        }
    }

    private void assertTaken() {
        assertThatCode(availability::check).doesNotThrowAnyException();
    }

    private void assertRefused() {
        assertThatThrownBy(availability::check)
                .isInstanceOfSatisfying(GatewayException.class, refusal -> assertThat(refusal.reason())
                        .isEqualTo(Reason.KAFKA_UNAVAILABLE));
    }
}
