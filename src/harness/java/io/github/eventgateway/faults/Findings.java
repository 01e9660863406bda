package io.github.eventgateway.faults;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the content of topics and database, and the progress of the gateways. */
final class Findings {

    private static final List<String> TOPICS = List.of(Sent.USER_EVENTS, Sent.SYSTEM_LOGS);
    private static final List<String> DEAD_LETTER_TOPICS =
            TOPICS.stream().map(topic -> topic + ".dlq").toList();
    private static final String STORE = "event-gateway-store";
    private static final Map<String, List<String>> GROUPS =
            Map.of(STORE, TOPICS, "event-gateway-dead-letters", DEAD_LETTER_TOPICS);
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Site site;

    Findings(Site site) {
        this.site = site;
    }

    /** Waits until all records are consumed. Returns the records that are left after this time. */
    Map<TopicPartition, Long> awaitDrained(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long calmSince = 0;
        Map<TopicPartition, Long> left = Map.of();
        try (Admin admin = Admin.create(client())) {
            while (System.nanoTime() < deadline) {
                left = left(admin);
                if (!left.isEmpty()) {
                    calmSince = 0;
                } else if (calmSince == 0) {
                    calmSince = System.nanoTime();
                } else if (System.nanoTime() - calmSince > CALM_NANOS) {
                    // A dead letter may be written after its topic was read.
                    return left;
                }
                Thread.sleep(300);
            }
        }
        return left.isEmpty() ? Map.of(new TopicPartition("never calm", 0), 0L) : left;
    }

    /** Returns the committed offsets of the storing group. */
    Map<TopicPartition, Long> stored() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Admin admin = Admin.create(client())) {
            admin.listConsumerGroupOffsets(STORE)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        }
        return offsets;
    }

    private static Map<TopicPartition, Long> left(Admin admin) throws InterruptedException {
        Map<TopicPartition, Long> left = new HashMap<>();
        for (Map.Entry<String, List<String>> group : GROUPS.entrySet()) {
            try {
                Map<TopicPartition, OffsetSpec> wanted = partitions(admin, group.getValue()).stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
                var committed = admin.listConsumerGroupOffsets(group.getKey())
                        .partitionsToOffsetAndMetadata()
                        .get();
                admin.listOffsets(wanted).all().get().forEach((partition, end) -> {
                    var offset = committed.get(partition);
                    long lag = end.offset() - (offset == null ? 0 : offset.offset());
                    if (lag > 0) {
                        left.put(partition, lag);
                    }
                });
            } catch (ExecutionException e) {
                left.put(new TopicPartition(group.getKey() + ": " + e.getMessage(), 0), 0L);
            }
        }
        return left;
    }

    private static Set<TopicPartition> partitions(Admin admin, List<String> topics)
            throws ExecutionException, InterruptedException {
        Set<TopicPartition> all = new HashSet<>();
        admin.describeTopics(topics).allTopicNames().get().forEach((topic, description) -> description
                .partitions()
                .forEach(partition -> all.add(new TopicPartition(topic, partition.partition()))));
        return all;
    }

    /** Passes all findings to the checker; nothing may be written meanwhile. */
    void tell(Checker checker) throws SQLException {
        read(TOPICS, checker::onTopic);
        read(DEAD_LETTER_TOPICS, checker::onDeadLetterTopic);
        try (Connection connection = site.connect()) {
            connection.setAutoCommit(false);
            tellEvents(connection, checker);
            tellDeadLetters(connection, checker);
        }
    }

    private void read(List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Properties settings = client();
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(500)).forEach(each);
            }
        }
    }

    private void tellEvents(Connection connection, Checker checker) throws SQLException {
        String committedAtMicros = site.layout().postgres()
                ? "(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint"
                : "0";
        String sql = "SELECT id, topic, kafka_partition, kafka_offset, payload, " + committedAtMicros + " FROM event";
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10_000);
            ResultSet row = statement.executeQuery(sql);
            while (row.next()) {
                checker.stored(new Checker.StoredRow(
                        row.getString(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getLong(4),
                        row.getString(5),
                        row.getLong(6)));
            }
        }
    }

    private static void tellDeadLetters(Connection connection, Checker checker) throws SQLException {
        String sql = "SELECT source_topic, source_partition, source_offset, source_timestamp, record_key, record_value,"
                + " record_headers FROM dead_letter";
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(100);
            ResultSet row = statement.executeQuery(sql);
            while (row.next()) {
                checker.kept(new Checker.KeptRow(
                        row.getString(1),
                        row.getInt(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getBytes(5),
                        row.getBytes(6),
                        headers(row.getBytes(7))));
            }
        }
    }

    /** The column has the number of headers, then length and bytes of each name and value; -1 for a null value. */
    private static Headers headers(byte[] column) {
        Headers headers = new RecordHeaders();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(column))) {
            for (int left = in.readInt(); left > 0; left--) {
                String name = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                int length = in.readInt();
                headers.add(name, length < 0 ? null : in.readNBytes(length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return headers;
    }

    private Properties client() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", site.directBrokers());
        return settings;
    }
}
