package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.TcpProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * A broker that lost its disks assigns producer ids again. It may then treat a record of one producer as a repetition
 * of another one, acknowledge it and drop it.
 */
class AnotherClusterTest {

    private static final String TOPIC = "orders";

    @Test
    void givenABrokerThatLostItsDisk_thenAcknowledgedRecordsExist() throws Exception {
        List<TcpProxy> proxies = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.cluster(1, Map.of(), port -> {
                            proxies.add(TcpProxy.to(port));
                            return proxies.get(0).port();
                        })
                        .get(0);
                Producer<Object, Object> surviving = surviving(broker)) {
            create(broker);
            for (int i = 0; i < 3; i++) {
                send(surviving, "before " + i).get();
            }
            broker.freeze();
            List<Future<RecordMetadata>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(send(surviving, "waiting " + i));
            }
            proxies.get(0).refuse();
            broker.loseData();
            broker.restart();
            create(broker);
            try (Producer<Object, Object> other = new KafkaProducer<>(settings(broker.direct()))) {
                for (int i = 0; i < 5; i++) {
                    send(other, "other " + i).get();
                }
                proxies.get(0).heal();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> waiting.stream().allMatch(Future::isDone));
                send(surviving, "after").get();
                send(other, "other, after").get();
            }

            List<String> found = read(broker);
            assertThat(found).contains("other 0", "other 4", "other, after", "after");
            for (int i = 0; i < 3; i++) {
                assertThat(isTaken(waiting.get(i)) && !found.contains("waiting " + i))
                        .as("acknowledged but not stored: %s", i)
                        .isFalse();
            }
        } finally {
            proxies.forEach(TcpProxy::close);
        }
    }

    @Test
    void givenABrokerThatLostItsDisk_thenAConsumerReadsTheNewTopicFromItsBeginning_howeverLateTheWatchIs()
            throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            create(broker);
            produce(broker, 50);
            broker.restart();
            produce(broker, 50);
            Uuid before = topicId(broker);
            try (RewindingConsumer consumer = consumer(broker, topic -> before)) {
                read(consumer, 100);
                broker.loseData();
                broker.restart();
                create(broker);
                produce(broker, 10);

                assertThat(read(consumer, 10)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
            }
        }
    }

    private static RewindingConsumer consumer(BrokerProcess broker, Function<String, Uuid> watched) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker.direct());
        settings.put("group.id", "g");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        RewindingConsumer consumer = new RewindingConsumer(
                settings,
                new ConsumerProblems(mock(KafkaWatch.class)),
                new ExpiredRecords(new SimpleMeterRegistry()),
                watched,
                new ConsumerSettings(1_000_000, 1_000_000, Duration.ofMinutes(1)));
        consumer.subscribe(List.of(TOPIC), mock(ConsumerRebalanceListener.class));
        return consumer;
    }

    private static List<Long> read(RewindingConsumer consumer, int count) {
        List<Long> offsets = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(one -> offsets.add(one.offset()));
            return offsets.size() >= count;
        });
        return offsets;
    }

    private static void produce(BrokerProcess broker, int count) throws Exception {
        try (Producer<Object, Object> producer = new KafkaProducer<>(settings(broker.direct()))) {
            for (int i = 0; i < count; i++) {
                send(producer, "record " + i).get();
            }
        }
    }

    private static Uuid topicId(BrokerProcess broker) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.direct()))) {
            return admin.describeTopics(List.of(TOPIC))
                    .topicNameValues()
                    .get(TOPIC)
                    .get()
                    .topicId();
        } catch (ExecutionException | InterruptedException e) {
            throw new KafkaException(e);
        }
    }

    private static Producer<Object, Object> surviving(BrokerProcess broker) {
        return new RenewingProducer(
                ended -> ClusterProducer.make(settings(broker.brokers()), new SimpleMeterRegistry(), ended),
                () -> 0,
                Duration.ZERO,
                Duration.ofDays(1));
    }

    private static boolean isTaken(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static Future<RecordMetadata> send(Producer<Object, Object> producer, String text) {
        return producer.send(new ProducerRecord<>(TOPIC, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void create(BrokerProcess broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.direct()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static List<String> read(BrokerProcess broker) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker.direct());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> found = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(one -> found.add(new String(one.value(), StandardCharsets.UTF_8)));
            }
            return found;
        }
    }

    private static Properties settings(String brokers) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("key.serializer", ByteArraySerializer.class.getName());
        settings.put("value.serializer", ByteArraySerializer.class.getName());
        return settings;
    }
}
