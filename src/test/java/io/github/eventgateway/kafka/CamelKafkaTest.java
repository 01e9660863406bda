package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.testing.BrokerProcess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.camel.component.kafka.TaskHealthState;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualAsyncCommitFactory;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommitFactory;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shows defects of this version of camel-kafka, with and without the workaround of the gateway. If a test fails for the
 * case without, Camel has fixed the defect, and the workaround can go.
 */
class CamelKafkaTest {

    private static final BrokerProcess BROKER = BrokerProcess.start();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String topic = "t-" + UUID.randomUUID();
    private final String group = "g-" + topic;
    private final CamelContext camel = new DefaultCamelContext();
    private final KafkaComponent kafka = new KafkaComponent();
    private final Set<Long> read = new ConcurrentSkipListSet<>();

    /**
     * Fails three times at the fifth record. The Kafka client tries twice in the poll that returns the records before
     * it, and the next poll fails.
     */
    public static final class FailingForAWhile implements Deserializer<byte[]> {

        private static final AtomicInteger FAILURES = new AtomicInteger();

        @Override
        public byte[] deserialize(String topic, byte[] data) {
            if (data[0] == 4 && FAILURES.getAndDecrement() > 0) {
                throw new SerializationException("told to fail");
            }
            return data;
        }
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
    }

    private void produce(int partitions, int count) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.brokers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % partitions, null, new byte[] {(byte) i}));
            }
        }
    }

    /** Starts a route with the common options of the gateway and these options. */
    private void consume(Map<String, String> options, Processor batches) throws Exception {
        kafka.getConfiguration().setBrokers(BROKER.brokers());
        camel.addComponent("kafka", kafka);
        StringBuilder uri = new StringBuilder("kafka:" + topic + "?groupId=" + group
                + "&batching=true&maxPollRecords=8&pollTimeoutMs=100&autoOffsetReset=earliest"
                + "&keyDeserializer=" + ByteArrayDeserializer.class.getName());
        Map<String, String> all = new TreeMap<>(Map.of(
                "batchingIntervalMs",
                "5000",
                "allowManualCommit",
                "true",
                "breakOnFirstError",
                "true",
                "autoCommitEnable",
                "false",
                "pollOnError",
                "RETRY",
                "valueDeserializer",
                FailingForAWhile.class.getName()));
        all.putAll(options);
        all.forEach((name, value) -> uri.append('&').append(name).append('=').append(value));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri.toString()).id("consuming").process(batches);
            }
        });
        camel.start();
    }

    private void note(Exchange batch) {
        for (Object one : batch.getMessage().getBody(List.class)) {
            read.add(((Exchange) one).getMessage().getHeader(KafkaConstants.OFFSET, Long.class));
        }
    }

    private Map<Integer, Long> committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(offset -> offset.getValue() != null)
                    .collect(Collectors.toMap(offset -> offset.getKey().partition(), offset -> offset.getValue()
                            .offset()));
        }
    }

    /** Creates a consumer of the gateway, or a plain one of Kafka. */
    private void make(boolean rewinding) {
        kafka.setKafkaClientFactory(new DefaultKafkaClientFactory() {
            @Override
            @SuppressWarnings("rawtypes")
            public Consumer getConsumer(Properties settings) {
                return rewinding
                        ? new RewindingConsumer(
                                settings,
                                new ConsumerProblems(mock(KafkaWatch.class)),
                                new ExpiredRecords(new SimpleMeterRegistry()),
                                topic -> null,
                                new ConsumerSettings(1_000_000, 1_000_000, Duration.ofMinutes(1)))
                        : super.getConsumer(settings);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"true, RETRY, 0", "false, RETRY, 4", "true, ERROR_HANDLER, 5", "true, DISCARD, 5"})
    void aFailedPollLosesTheGatheredRecords_unlessTheConsumerRewinds(boolean rewinding, String pollOnError, long first)
            throws Exception {
        produce(1, 8);
        FailingForAWhile.FAILURES.set(3);
        make(rewinding);

        consume(Map.of("pollOnError", pollOnError), this::note);

        await().atMost(LIMIT).until(() -> read.contains(7L));
        assertThat(read)
                .containsExactlyElementsOf(LongStream.range(first, 8).boxed().toList());
    }

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 1"})
    void theCommitOfABatchIsOfOnePartition_unlessEachIsCommitted(boolean each, int partitions) throws Exception {
        produce(2, 8);
        consume(Map.of(), batch -> {
            if (each) {
                commit(batch);
            } else {
                batch.getMessage()
                        .getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class)
                        .commit();
            }
        });

        await().atMost(LIMIT).until(() -> !committed().isEmpty());
        assertThat(committed()).hasSize(partitions);
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 8"})
    void aBatchThatFailsIsSkipped_unlessTheConsumerBreaks(String breakOnFirstError, long first) throws Exception {
        produce(1, 16);
        AtomicBoolean fails = new AtomicBoolean(true);
        consume(Map.of("breakOnFirstError", breakOnFirstError), batch -> {
            if (fails.compareAndSet(true, false)) {
                throw new IllegalStateException("told to fail");
            }
            note(batch);
            commit(batch);
        });

        await().atMost(LIMIT).until(() -> committed().containsValue(16L));
        assertThat(read)
                .containsExactlyElementsOf(LongStream.range(first, 16).boxed().toList());
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void aBatchThatFailsIsCommitted_unlessTheCommitIsLeftToTheRoute(String auto, String manual) throws Exception {
        produce(1, 8);
        AtomicInteger failures = new AtomicInteger();
        consume(Map.of("autoCommitEnable", auto, "allowManualCommit", manual), batch -> {
            failures.incrementAndGet();
            throw new IllegalStateException("told to fail");
        });

        await().atMost(LIMIT).until(() -> failures.get() > 2 || !committed().isEmpty());
        assertThat(committed().isEmpty()).isEqualTo(Boolean.parseBoolean(manual));
    }

    /**
     * CAMEL-23997: before 4.22 these factories committed offsets that the route had not committed, and {@code check}
     * rejected them.
     */
    @ParameterizedTest
    @ValueSource(classes = {DefaultKafkaManualCommitFactory.class, DefaultKafkaManualAsyncCommitFactory.class})
    void aFactoryOfManualCommitsCommitsNothingByItself(Class<?> factory) throws Exception {
        produce(1, 16);
        AtomicInteger batches = new AtomicInteger();
        consume(Map.of("kafkaManualCommitFactory", "#class:" + factory.getName()), batch -> {
            note(batch);
            if (batches.incrementAndGet() == 2) {
                throw new IllegalStateException("told to fail");
            }
        });

        await().atMost(LIMIT).until(() -> batches.get() > 2 && read.size() == 16);
        assertThat(committed()).isEmpty();
        assertThat(read).hasSize(16);
    }

    @Test
    void aConsumerThatCannotBeCreatedIsRetriedWithoutEnd() throws Exception {
        AtomicInteger made = new AtomicInteger();
        kafka.setCreateConsumerBackoffInterval(20);
        kafka.setKafkaClientFactory(new DefaultKafkaClientFactory() {
            @Override
            @SuppressWarnings("rawtypes")
            public Consumer getConsumer(Properties settings) {
                made.incrementAndGet();
                throw new KafkaException("told to fail");
            }
        });
        consume(Map.of(), this::note);

        await().atMost(LIMIT).until(() -> made.get() >= 30 || hasEnded());
        assertThat(hasEnded()).isFalse();
    }

    private static void commit(Exchange batch) {
        PolledBatchConverter.toBatch(batch.getMessage().getBody(List.class)).commit();
    }

    private boolean hasEnded() {
        KafkaConsumer consumer = (KafkaConsumer) camel.getRoute("consuming").getConsumer();
        return consumer.healthStates().stream().anyMatch(TaskHealthState::isTerminated);
    }
}
