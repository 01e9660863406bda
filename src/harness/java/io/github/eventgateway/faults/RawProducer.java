package io.github.eventgateway.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes valid events and poison records to the topics with a plain Kafka client. */
final class RawProducer implements Runnable {

    private final String name;
    private final String brokers;
    private final Random random;
    private final int pauseMillis;
    private final List<Poison> kinds;
    private final List<Sent> sent = new ArrayList<>();
    private final Set<String> poison = new HashSet<>();
    private final Set<String> acknowledgedPoison = new HashSet<>();
    private volatile boolean stopping;

    RawProducer(String name, String brokers, Random random, int pauseMillis, List<Poison> kinds) {
        this.name = name;
        this.brokers = brokers;
        this.random = random;
        this.pauseMillis = pauseMillis;
        this.kinds = kinds;
    }

    @Override
    public void run() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings())) {
            while (!stopping) {
                if (random.nextInt(3) == 0) {
                    sendPoison(producer);
                } else {
                    sendEvent(producer);
                }
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
            }
            producer.close(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopping = true;
    }

    /** Returns the valid events; only after its thread has ended. */
    List<Sent> sent() {
        return sent;
    }

    /** Returns the marks of all poison records; only after its thread has ended. */
    Set<String> poison() {
        return poison;
    }

    /** Returns the marks of the acknowledged poison records; only after its thread has ended. */
    Set<String> acknowledgedPoison() {
        return acknowledgedPoison;
    }

    private void sendEvent(KafkaProducer<byte[], byte[]> producer) throws InterruptedException {
        String topic = random.nextBoolean() ? Sent.USER_EVENTS : Sent.SYSTEM_LOGS;
        Sent event = new Sent(name + "-" + sent.size(), topic, name + "-key-" + random.nextInt(4));
        Headers headers = new RecordHeaders();
        if (random.nextInt(4) == 0) {
            headers.add("CamelKafkaTopic", new byte[] {(byte) 0xFF})
                    .add("any", null)
                    .add("any", new byte[0]);
        }
        sent.add(event);
        event.sending();
        byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
        if (isTaken(producer, new ProducerRecord<>(topic, null, null, key, event.bytes(), headers))) {
            event.acknowledged();
        }
    }

    private void sendPoison(KafkaProducer<byte[], byte[]> producer) throws InterruptedException {
        Poison kind = kinds.get(random.nextInt(kinds.size()));
        String mark = name + "-" + kind + "-" + poison.size();
        boolean ofUsers = kind.isRefusedByTheDatabase() || random.nextBoolean();
        poison.add(mark);
        ProducerRecord<byte[], byte[]> sick = new ProducerRecord<>(
                ofUsers ? Sent.USER_EVENTS : Sent.SYSTEM_LOGS,
                null,
                System.currentTimeMillis() - random.nextInt(3_600_000),
                kind.key(random),
                kind.value(random),
                kind.headers(mark, random));
        if (isTaken(producer, sick)) {
            acknowledgedPoison.add(mark);
        }
    }

    /** The next event waits for the end of this one in any case, so that the events of a key have an order. */
    private static boolean isTaken(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> sending)
            throws InterruptedException {
        try {
            producer.send(sending).get(150, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private Map<String, Object> settings() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                60_000,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2_000_000,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class);
    }
}
