package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that exactly those producers are replaced that can never send again. */
class RenewingProducerTest {

    private final List<MockProducer<Object, Object>> made = new ArrayList<>();
    private final AtomicLong refusals = new AtomicLong();
    private final List<Runnable> endings = new ArrayList<>();
    private final RenewingProducer producer =
            new RenewingProducer(this::make, refusals::get, Duration.ZERO, Duration.ofDays(1));

    private MockProducer<Object, Object> make(Runnable ended) {
        endings.add(ended);
        MockProducer<Object, Object> one =
                new MockProducer<>(false, null, (topic, key) -> new byte[0], (topic, value) -> new byte[0]);
        made.add(one);
        return one;
    }

    private void sendAnd(RuntimeException failure) {
        producer.send(new ProducerRecord<>("t", "v"));
        if (failure == null) {
            last().completeNext();
        } else {
            last().errorNext(failure);
        }
    }

    private MockProducer<Object, Object> last() {
        return made.get(made.size() - 1);
    }

    static Stream<RuntimeException> endings() {
        return Stream.of(
                new SaslAuthenticationException("no"),
                new ClusterAuthorizationException("no"),
                new TimeoutException("before it delivered anything"));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void givenAProducerThatCannotSendAnyMore_thenItIsClosedAndReplaced(RuntimeException ending) {
        sendAnd(ending);
        sendAnd(null);

        assertThat(made).hasSize(2);
        await().until(made.get(0)::closed);
        assertThat(made.get(1).history()).hasSize(1);
    }

    @Test
    void givenALoginRefusedBeforeTheFirstSend_thenTheProducerIsReplaced() {
        refusals.incrementAndGet();
        sendAnd(null);

        assertThat(made).hasSize(2);
        assertThat(made.get(1).history()).hasSize(1);
    }

    @Test
    void givenAProducerThatClosedItself_thenTheNextSendUsesAnother() {
        sendAnd(null);
        endings.get(0).run();
        made.get(0).close();
        sendAnd(null);
        sendAnd(null);

        assertThat(made).hasSize(2);
        assertThat(made.get(1).history()).hasSize(2);
    }

    @Test
    void givenAProducerThatClosesItselfDuringASend_thenAnotherSends() {
        RenewingProducer surprised = new RenewingProducer(
                ended -> new MockProducer<>(true, null, (topic, key) -> new byte[0], (topic, value) -> new byte[0]) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<Object, Object> one, Callback callback) {
                        if (endings.size() < 2) {
                            endings.add(ended);
                            ended.run();
                            throw new IllegalStateException("closed");
                        }
                        return super.send(one, callback);
                    }
                },
                refusals::get,
                Duration.ZERO,
                Duration.ofDays(1));

        assertThat(surprised.send(new ProducerRecord<>("t", "v"))).isDone();
    }

    @Test
    void givenAProducerThatNoLongerDelivers_thenItIsReplaced() {
        RenewingProducer impatient = new RenewingProducer(this::make, refusals::get, Duration.ZERO, Duration.ZERO);
        int first = made.size() - 1;
        impatient.send(new ProducerRecord<>("t", "v"));
        last().completeNext();
        for (int i = 0; i < 3; i++) {
            impatient.send(new ProducerRecord<>("t", "v"));
            last().errorNext(new TimeoutException("no broker answers"));
        }

        assertThat(made.size() - 1 - first).isGreaterThan(0);
        await().until(made.get(first)::closed);
    }

    @Test
    void givenAProducerThatDelivers_thenItStays() {
        sendAnd(null);
        refusals.incrementAndGet();
        sendAnd(new TimeoutException("an outage"));
        sendAnd(new RecordTooLargeException("one record"));
        sendAnd(null);

        assertThat(made).hasSize(1);
    }
}
