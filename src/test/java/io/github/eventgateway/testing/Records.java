package io.github.eventgateway.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads and writes records with a plain Kafka client, independent of the code of the gateway. */
public final class Records {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SEND_LIMIT_SECONDS = 20;

    private final String brokers;

    Records(String brokers) {
        this.brokers = brokers;
    }

    /** Returns the records of an open broker at this address. */
    public static Records of(String brokers) {
        return new Records(brokers);
    }

    /** Returns the record at this position. */
    public ConsumerRecord<byte[], byte[]> at(String topic, int partition, long offset) {
        TopicPartition place = new TopicPartition(topic, partition);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(place));
            consumer.seek(place, offset);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            read(consumer, Map.of(place, offset + 1), found::add);
            return found.get(0);
        }
    }

    /** Returns all records of the topic, in the order of each partition. */
    public List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        forEach(topic, all::add);
        return all;
    }

    /** Passes all records of the topic, in the order of each partition, with only some in memory. */
    public void forEach(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> places = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(places);
            consumer.seekToBeginning(places);
            read(consumer, consumer.endOffsets(places), each);
        }
    }

    /** Returns the first record with exactly this value, or null. */
    public ConsumerRecord<byte[], byte[]> withValue(String topic, byte[] value) {
        return all(topic).stream()
                .filter(found -> Arrays.equals(found.value(), value))
                .findFirst()
                .orElse(null);
    }

    /** Sends records in their order, and waits until all are acknowledged. */
    @SafeVarargs
    public final List<RecordMetadata> send(ProducerRecord<byte[], byte[]>... records) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        List<RecordMetadata> acknowledged = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> one : records) {
                acknowledged.add(producer.send(one).get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return acknowledged;
    }

    /** Sends a batch that the Kafka client would refuse. */
    public void sendRaw(TopicPartition to, MemoryRecords batch) throws IOException {
        RawBatches.send(brokers, to, batch);
    }

    /** Sends this value many times, and waits until all are acknowledged. */
    public void sendMany(String topic, byte[] value, int count) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("linger.ms", "20");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, value)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a compressed record, because Kafka limits the compressed size. */
    public RecordMetadata sendCompressed(String codec, ProducerRecord<byte[], byte[]> one) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("compression.type", codec);
        settings.put("max.request.size", "33554432");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(one).get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a record in a transaction, and aborts it. */
    public void abort(ProducerRecord<byte[], byte[]> one) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("transactional.id", UUID.randomUUID().toString());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(one);
            producer.flush();
            producer.abortTransaction();
        }
    }

    /** Changes a setting of a topic. */
    public void configure(String topic, String setting, String value) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all()
                    .get(SEND_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(each);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        // Some compressed records have many megabytes.
        settings.put("max.poll.records", 10);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
