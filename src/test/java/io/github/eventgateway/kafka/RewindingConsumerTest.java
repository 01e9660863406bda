package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.TcpProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After a failed poll exactly the uncommitted records are read again. */
class RewindingConsumerTest {

    private static TcpProxy proxy;
    private static final BrokerProcess BROKER = BrokerProcess.cluster(1, Map.of(), port -> {
                proxy = TcpProxy.to(port);
                return proxy.port();
            })
            .get(0);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 100_000;

    private final TopicPartition partition = new TopicPartition("t-" + UUID.randomUUID(), 0);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Uuid> topicIds = new ConcurrentHashMap<>();
    private final String group = "g-" + UUID.randomUUID();
    private final ConsumerProblems problems = new ConsumerProblems(mock(KafkaWatch.class));
    private RewindingConsumer consumer;

    /** Makes a poll fail on request. */
    public static final class Failing implements Deserializer<byte[]> {

        private static volatile boolean failing;

        @Override
        public byte[] deserialize(String topic, byte[] data) {
            if (failing) {
                throw new SerializationException("told to fail");
            }
            return data;
        }
    }

    @BeforeEach
    void produceSix() throws Exception {
        Failing.failing = false;
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(partition.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
        produce(new byte[] {0}, new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4}, new byte[] {5});
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "bootstrap.servers",
                BROKER.brokers(),
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                "false",
                "max.poll.records",
                "2",
                "key.deserializer",
                Failing.class.getName(),
                "value.deserializer",
                Failing.class.getName()));
        consumer = new RewindingConsumer(
                settings,
                problems,
                new ExpiredRecords(meters),
                topicIds::get,
                new ConsumerSettings(1_000_000, MOST_BYTES, Duration.ofMinutes(1)));
        consumer.assign(List.of(partition));
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
        proxy.close();
    }

    @Test
    void theBytesUntilTheNextCommitAreLimited() {
        produce(new byte[60_000], new byte[60_000], new byte[60_000]);
        List<Long> offsets = new ArrayList<>();
        await().until(() -> {
            offsets.addAll(poll());
            return offsets.size() >= 8;
        });

        for (int i = 0; i < 5; i++) {
            assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
        }
        commit(8);

        assertThat(offsets).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(poll()).containsExactly(8L);
    }

    /** The bytes of key, value and headers count. A failed poll and a commit reset the count. */
    @Test
    void keysValuesAndHeadersCount_untilACommitOrAFailure() {
        poll(6);
        commit(6);
        assertThat(consumer.bytes()).isZero();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.brokers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(partition.topic(), 0, new byte[3], new byte[100]);
            record.headers().add("name", new byte[20]).add("empty", null);
            producer.send(record);
            producer.send(new ProducerRecord<>(partition.topic(), 0, null, null));
        }

        poll(2);
        assertThat(consumer.bytes()).isEqualTo(3 + 100 + "name".length() + 20 + "empty".length() + 2 * 200);

        produce(new byte[7]);
        Failing.failing = true;
        await().until(() -> {
            try {
                consumer.poll(Duration.ofMillis(100));
                return false;
            } catch (KafkaException e) {
                return true;
            }
        });
        Failing.failing = false;
        assertThat(consumer.bytes()).as("the records are read again").isZero();

        poll(3);
        assertThat(consumer.bytes()).isEqualTo(532 + 7);
        commit(9);
        assertThat(consumer.bytes()).isZero();
    }

    /** During an outage of the database the consumer restarts several times. */
    @Test
    void givenRecordsThatCannotBeProcessed_whenTheConsumerRestarts_thenTheProblemRemains() {
        consumer.unsubscribe();
        consumer.subscribe(List.of(partition.topic()), mock(ConsumerRebalanceListener.class));
        poll(2);
        problems.processingFailed(group, partition, "The database does not answer");

        consumer.close();

        assertThat(problems.of(group, partition.topic())).hasValue("The database does not answer");
    }

    /** The route commits no partition that its consumer has lost, so the paused consumer would never read again. */
    @Test
    void givenTheBoundIsReached_whenThePartitionIsRevoked_thenItIsReadAgainAfterwards() {
        consumer.unsubscribe();
        consumer.subscribe(List.of(partition.topic()), mock(ConsumerRebalanceListener.class));
        produce(new byte[60_000], new byte[60_000]);
        poll(8);

        consumer.unsubscribe();
        consumer.subscribe(List.of(partition.topic()), mock(ConsumerRebalanceListener.class));

        assertThat(poll()).containsExactly(0L, 1L);
    }

    private void poll(int records) {
        List<Long> offsets = new ArrayList<>();
        await().until(() -> {
            offsets.addAll(poll());
            return offsets.size() >= records;
        });
        assertThat(offsets).hasSize(records);
    }

    private void produce(byte[]... values) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.brokers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (byte[] value : values) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, null, value));
            }
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", BROKER.brokers()));
    }

    /** Sends these values in a transaction, and commits or aborts it. */
    private void transact(boolean abort, byte[]... values) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.brokers(), "transactional.id", partition.topic()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (byte[] value : values) {
                producer.send(new ProducerRecord<>(partition.topic(), 0, null, value));
            }
            producer.flush();
            if (abort) {
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
            }
        }
    }

    private void removeBefore(long offset) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    /** Polls, without getting records, until this offset is committed. */
    private void awaitCommitted(long offset) {
        await().until(() -> {
            assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
            return committed() == offset;
        });
    }

    private long committed() {
        OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
        return committed == null ? -1 : committed.offset();
    }

    private double expired() {
        Counter counter = meters.find("gateway.consumer.expired")
                .tags("topic", partition.topic())
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private List<Long> poll() {
        List<Long> offsets = new ArrayList<>();
        await().until(() -> {
            StreamSupport.stream(consumer.poll(Duration.ofMillis(100)).spliterator(), false)
                    .map(ConsumerRecord::offset)
                    .forEach(offsets::add);
            return !offsets.isEmpty();
        });
        return offsets;
    }

    private void pollFails() {
        Failing.failing = true;
        assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10))).isInstanceOf(KafkaException.class);
        Failing.failing = false;
    }

    private void commit(long offset) {
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)), COMMIT_TIMEOUT);
    }

    @Test
    void givenAPollFailsAfterOthers_thenAllUncommittedRecordsAreReadAgain() {
        assertThat(poll()).containsExactly(0L, 1L);
        assertThat(poll()).containsExactly(2L, 3L);

        pollFails();

        assertThat(poll()).containsExactly(0L, 1L);
    }

    @Test
    void givenACommit_thenCommittedRecordsAreNotReadAgain() {
        poll();
        commit(2);
        poll();

        pollFails();

        assertThat(poll()).containsExactly(2L, 3L);
    }

    @Test
    void givenACommitOfAPart_thenTheRestIsReadAgain() {
        poll();
        commit(1);

        pollFails();

        assertThat(poll()).containsExactly(1L, 2L);
    }

    @Test
    void givenAllIsCommitted_thenAPollThatFailsSkipsNothing() {
        poll();
        commit(2);

        pollFails();

        assertThat(poll()).containsExactly(2L, 3L);
    }

    @Test
    void givenATransaction_thenTheCommitOfItsLastRecordIsPastItsMarker() {
        poll();
        poll();
        poll();
        transact(false, new byte[] {6}, new byte[] {7});
        assertThat(poll()).containsExactly(6L, 7L);
        consumer.poll(Duration.ofMillis(100));

        commit(8);

        awaitCommitted(9);
    }

    @Test
    void givenAbortedTransactions_thenTheirRecordsAreNotRead_andAreCommittedPast() {
        poll();
        poll();
        poll();
        commit(6);

        transact(true, new byte[] {6}, new byte[] {7});

        awaitCommitted(9);
        produce(new byte[] {9});
        assertThat(poll()).containsExactly(9L);
    }

    @Test
    void givenRecordsThatNobodyCommitted_thenAnAbortedTransactionAfterThemCommitsNothing() {
        poll();
        poll();
        poll();
        commit(4);

        transact(true, new byte[] {6});

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return consumer.position(partition) == 8 && committed() == 4;
        });
    }

    @Test
    void givenKafkaRemovedUnreadRecords_thenTheirNumberIsReported_andReadingContinues() throws Exception {
        poll();
        commit(1);
        removeBefore(5);
        consumer.seek(partition, 1);

        assertThat(poll()).containsExactly(5L);

        assertThat(expired()).isEqualTo(4);
        commit(6);
        assertThat(committed()).isEqualTo(6);
    }

    @Test
    void givenKafkaRemovedAllUnreadRecords_thenTheirNumberIsReported() throws Exception {
        commit(2);
        removeBefore(6);
        consumer.seek(partition, 2);

        awaitCommitted(6);

        assertThat(expired()).isEqualTo(4);
    }

    @Test
    void givenATopicWithoutItsFirstRecords_thenANewGroupReportsNoLoss() throws Exception {
        removeBefore(3);

        assertThat(poll()).containsExactly(3L, 4L);

        assertThat(expired()).isZero();
    }

    @Test
    void givenAPositionBeyondTheTopicsEnd_thenItIsReadFromItsBeginning() {
        commit(400);
        consumer.seek(partition, 400);

        assertThat(poll()).containsExactly(0L, 1L);

        assertThat(expired()).isZero();
    }

    @Test
    void givenATopicThatIsDeletedAndMadeAgain_thenItIsReadFromItsBeginning() throws Exception {
        topicIds.put(partition.topic(), Uuid.randomUuid());
        consumer.unsubscribe();
        consumer.subscribe(List.of(partition.topic()), mock(ConsumerRebalanceListener.class));
        poll();
        poll();
        poll();
        commit(6);
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(partition.topic())).all().get();
            await().ignoreExceptions().until(() -> {
                admin.createTopics(List.of(new NewTopic(partition.topic(), 1, (short) 1)))
                        .all()
                        .get();
                return true;
            });
        }
        produce(new byte[] {0}, new byte[] {1}, new byte[] {2}, new byte[] {3}, new byte[] {4}, new byte[] {5});
        produce(new byte[] {6}, new byte[] {7});
        topicIds.put(partition.topic(), Uuid.randomUuid());

        Set<Long> read = new TreeSet<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            read.addAll(poll());
            return read.size() == 8;
        });

        assertThat(read).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void givenAnAnswerWithAWrongBit_thenItIsRequestedAgain() {
        poll();
        poll();
        poll();
        commit(6);
        proxy.garble(1);
        produce("{\"data\":{\"user_id\":1}}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10))).isInstanceOf(KafkaException.class);

        assertThat(poll()).containsExactly(6L);
    }
}
