package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.TcpProxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The replay of stubs reads their records from one compressed batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginalRecordsTest {

    private static final int LONG = 3 * 1024 * 1024;
    private static final int MANY = 60;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private BrokerProcess broker;

    private final KafkaConnection connection = mock();

    @BeforeAll
    void start() {
        broker = BrokerProcess.start();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private OriginalRecords records() {
        return records(broker.direct());
    }

    private OriginalRecords records(String brokers) {
        when(connection.clientProperties()).thenReturn(Map.of("bootstrap.servers", brokers));
        return new OriginalRecords(connection, new ConsumerSettings(16 << 20, 16 << 20, Duration.ofMinutes(1)));
    }

    /** Sends records as one gzip batch. Each begins with its number, and each third one is short. */
    private void produce(String topic) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", broker.direct()));
        settings.put("compression.type", "gzip");
        settings.put("batch.size", 700_000_000);
        settings.put("max.request.size", 2_000_000_000);
        settings.put("buffer.memory", 2_000_000_000L);
        settings.put("linger.ms", 60_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < MANY; i++) {
                byte[] value =
                        ByteBuffer.allocate(i % 3 == 0 ? 10 : LONG).putInt(i).array();
                producer.send(new ProducerRecord<>(topic, 0, null, value));
            }
            producer.flush();
        }
    }

    private static void assertRead(OriginalRecords records, String topic, int offset) {
        Optional<PolledRecord> found = records.at(topic, 0, offset);
        assertThat(found).as("the record at %d", offset).isPresent();
        assertThat(ByteBuffer.wrap(found.get().value()).getInt()).isEqualTo(offset);
    }

    @Test
    void theRecordsOfOneBatchInTheirOrder_areReadByOneReader() {
        produce("in-order");
        try (OriginalRecords records = records()) {
            clearInvocations(connection);
            for (int i = 1; i < MANY; i += i % 3 == 1 ? 1 : 2) {
                assertRead(records, "in-order", i);
            }
        }

        verify(connection, times(1)).clientProperties();
    }

    @Test
    void givenAFrozenBroker_thenACallEndsInTime() {
        AtomicReference<TcpProxy> proxy = new AtomicReference<>();
        try (BrokerProcess behind = BrokerProcess.cluster(1, Map.of(), port -> {
                            proxy.set(TcpProxy.to(port));
                            return proxy.get().port();
                        })
                        .get(0);
                OriginalRecords records = records(behind.brokers());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", behind.brokers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("frozen", 0, null, new byte[1]));
            producer.flush();
            assertThat(records.at("frozen", 0, 0)).isPresent();

            proxy.get().swallow();

            assertThatThrownBy(() -> assertTimeoutPreemptively(LIMIT, () -> records.at("frozen", 0, 0)))
                    .isInstanceOf(KafkaException.class);
            proxy.get().close();
        }
    }

    @Test
    void recordsInAnyOrderAndOfOtherTopicsAreRead() {
        produce("one");
        produce("other");
        try (OriginalRecords records = records()) {
            for (int offset : List.of(5, 4, 4, 40, 41, 3, MANY - 1)) {
                assertRead(records, "one", offset);
                assertRead(records, "other", offset);
                assertRead(records, "other", offset);
            }
            assertThat(records.at("one", 0, MANY)).isEmpty();
            assertRead(records, "one", 1);
        }
    }
}
