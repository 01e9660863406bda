package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.event.CatalogueNames;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.kafka.BoundedFetches;
import io.github.eventgateway.kafka.KafkaAdmin;
import io.github.eventgateway.kafka.KafkaConnection;
import io.github.eventgateway.kafka.KafkaFailures;
import io.github.eventgateway.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Writes the anchors of the audit trail to their own Kafka topic, where an ACL can forbid deletion. It uses its own
 * thread, because Kafka may be unavailable. Any thread.
 */
@Component
class AnchorTopic implements AnchorStore, DisposableBean {

    private static final int MOST_RECORD_BYTES = 65_536;
    private static final Logger LOG = LoggerFactory.getLogger(AnchorTopic.class);

    /** The number of newest anchors to read: those of one gateway in a year. */
    private static final int MOST = 100_000;

    /** No anchor is longer. */
    private static final int LONGEST = 256;

    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final int CALL_TIMEOUT_MS = 5000;
    private static final String FOR_EVER = "-1";

    private final String name;
    private final short replication;
    private final KafkaConnection connection;
    private final KafkaAdmin admin;
    private final Set<String> sent = new HashSet<>();
    private final ExecutorService sender = Executors.newSingleThreadExecutor(DaemonThreads.named("audit-anchors"));
    private KafkaProducer<byte[], byte[]> producer;
    private boolean topicExists;
    private volatile String problem;

    /**
     * @param name the topic; blank for none
     * @throws StartupException if Kafka does not accept the name, or if it is a topic of events or of dead letters
     */
    AnchorTopic(
            @Value("${gateway.audit.anchor-topic}") String name,
            EventCatalogue catalogue,
            KafkaSettings settings,
            KafkaConnection connection,
            KafkaAdmin admin) {
        this.name = name.trim();
        requireName(catalogue);
        this.replication = settings.topics().replication();
        this.connection = connection;
        this.admin = admin;
    }

    private void requireName(EventCatalogue catalogue) {
        if (name.isEmpty()) {
            return;
        }
        CatalogueNames.topicFault(name).ifPresent(wrong -> {
            throw new StartupException("AUDIT_ANCHOR_TOPIC: '" + name + "' " + wrong);
        });
        String own = CatalogueNames.comparable(name);
        for (Topic topic : catalogue.topics()) {
            if (own.equals(CatalogueNames.comparable(topic.name()))
                    || own.equals(CatalogueNames.comparable(topic.deadLetterName()))) {
                throw new StartupException("AUDIT_ANCHOR_TOPIC is " + name + ", which is a topic of " + topic.id()
                        + " or its dead-letter topic: give the anchors a topic of their own");
            }
        }
    }

    @Override
    public void store(List<String> lines) {
        if (!name.isEmpty() && !sender.isShutdown()) {
            sender.execute(() -> send(lines));
        }
    }

    private void send(List<String> lines) {
        sent.retainAll(lines);
        try {
            createTopic();
            for (String line : lines) {
                if (!sent.contains(line)) {
                    producer()
                            .send(new ProducerRecord<>(name, line.getBytes(StandardCharsets.US_ASCII)))
                            .get();
                    sent.add(line);
                }
            }
            problem = null;
        } catch (ExecutionException | KafkaException | GatewayException e) {
            report(e instanceof ExecutionException ? e.getCause() : e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next attempt creates a new producer, and the topic if it is missing. */
    private void report(Throwable failure) {
        closeProducer();
        topicExists = false;
        String sentence = "The anchors of the audit trail cannot be added to the topic " + name + ": "
                + KafkaFailures.sentence(failure);
        if (!sentence.equals(problem)) {
            LOG.warn("{}", sentence);
        }
        problem = sentence;
    }

    private void createTopic() throws ExecutionException, InterruptedException {
        if (topicExists) {
            return;
        }
        KafkaAdmin.Topics seen = admin.look(List.of(name)).get();
        if (seen.found().isEmpty() && seen.refused().isEmpty()) {
            NewTopic topic =
                    new NewTopic(name, 1, replication).configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER));
            try {
                admin.ask(client -> client.createTopics(List.of(topic)).all()).get();
                LOG.info("Created topic {} for the anchors of the audit trail", name);
            } catch (ExecutionException e) {
                if (!(KafkaAdmin.cause(e) instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        topicExists = true;
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> properties = new HashMap<>(connection.clientProperties());
            properties.put(ProducerConfig.ACKS_CONFIG, "all");
            // A cluster that lost its disks may take the record of an idempotent producer for a repeat of another, and
            // drop it. A duplicate anchor does no harm.
            properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
            properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_TIMEOUT_MS);
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * CALL_TIMEOUT_MS);
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public List<String> read(Predicate<String> isAnchor) {
        if (name.isEmpty()) {
            return List.of();
        }
        Map<String, Object> properties = new HashMap<>(connection.clientProperties());
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            BoundedFetches.of(consumer, MOST_RECORD_BYTES);
            return List.copyOf(read(consumer, isAnchor));
        } catch (KafkaException | TimeoutException e) {
            throw KafkaAdmin.unavailable(e);
        }
    }

    /** Reads from the newest record backwards until there are enough anchors, because others may add other records. */
    private Set<String> read(KafkaConsumer<byte[], byte[]> consumer, Predicate<String> isAnchor)
            throws TimeoutException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(name)) {
            partitions.add(new TopicPartition(name, partition.partition()));
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        Set<String> anchors = new HashSet<>();
        long deadline = System.nanoTime() + READ_LIMIT.toNanos();
        while (anchors.size() < MOST && !ends.equals(begins)) {
            Map<TopicPartition, Long> starts = new HashMap<>();
            ends.forEach((partition, end) -> starts.put(partition, Math.max(begins.get(partition), end - MOST)));
            starts.forEach(consumer::seek);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new TimeoutException("The topic " + name + " was not read to its end");
                }
                consumer.poll(POLL).forEach(line -> addAnchor(line, isAnchor, anchors));
            }
            ends.putAll(starts);
        }
        return anchors;
    }

    private static void addAnchor(
            ConsumerRecord<byte[], byte[]> line, Predicate<String> isAnchor, Set<String> anchors) {
        if (line.value() != null && line.value().length <= LONGEST) {
            String text = new String(line.value(), StandardCharsets.US_ASCII);
            if (isAnchor.test(text)) {
                anchors.add(text);
            }
        }
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void destroy() throws InterruptedException {
        sender.shutdown();
        if (!sender.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            sender.shutdownNow();
        }
        closeProducer();
    }
}
