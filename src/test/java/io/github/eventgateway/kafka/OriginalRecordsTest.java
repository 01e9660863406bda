package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.eventgateway.testing.BrokerProcess;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
        when(connection.clientProperties()).thenReturn(Map.of("bootstrap.servers", broker.direct()));
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
