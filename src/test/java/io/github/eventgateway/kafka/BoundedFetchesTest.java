package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.RawBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionRatioEstimator;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed records are bounded before the Kafka client allocates memory for them, and none is lost. */
class BoundedFetchesTest {

    private static final BrokerProcess BROKER =
            BrokerProcess.start(Map.of("auto.create.topics.enable", "true", "message.max.bytes", "4000000"));
    private static final int MOST = 1_000_000;
    private static final int LARGE = 8 * 1024 * 1024;

    private static final int FOUR_MIB = 4 * 1024 * 1024;

    private final TopicPartition partition = new TopicPartition("t-" + UUID.randomUUID(), 0);
    private KafkaConsumer<byte[], byte[]> consumer;
    private BoundedFetches fetches;

    @BeforeEach
    void open() {
        open(MOST, partition);
    }

    private void open(int mostRecordBytes, TopicPartition... partitions) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.brokers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        fetches = BoundedFetches.of(consumer, mostRecordBytes);
        consumer.assign(List.of(partitions));
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "lz4", "snappy"})
    void ofATooLongRecordOnlyTheBeginningIsRead_andItsNeighboursCompletely(String codec) {
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        batch.add(record(100));
        batch.add(record(LARGE));
        batch.add(record(200));
        batch.add(new ProducerRecord<>(partition.topic(), 0, 7_000L, new byte[LARGE], (byte[]) null));
        batch.add(record(300));
        produce(codec, batch, true);

        List<ConsumerRecord<byte[], byte[]>> read = read(5);

        assertThat(read)
                .extracting(
                        ConsumerRecord::offset,
                        one -> one.value() == null ? -1 : one.value().length,
                        one -> one.headers() instanceof CutHeaders cut ? cut.length() : null)
                .containsExactly(
                        tuple(0L, 100, null),
                        tuple(1L, 1024, (long) LARGE),
                        tuple(2L, 200, null),
                        tuple(3L, -1, -1L),
                        tuple(4L, 300, null));
        assertThat(read.get(3).key()).hasSize(1024);
        assertThat(read.get(3).timestamp()).isEqualTo(7_000);
        assertThat(read.get(2).headers().lastHeader("kept").value()).isEqualTo(new byte[] {1});
    }

    /** The Kafka client sends no negative timestamp, but the broker accepts them. */
    @Test
    void ofARecordWithANegativeTimestampOnlyTheBeginningIsReadToo() throws IOException {
        produce("gzip", List.of(record(100)), true);
        MemoryRecords batch = MemoryRecords.withRecords(
                Compression.gzip().build(),
                new SimpleRecord(7_000L, null, new byte[LARGE]),
                new SimpleRecord(7_000L, null, new byte[200]));
        RawBatches.send(BROKER.brokers(), partition, RawBatches.withTimestamp(-5, batch));

        List<ConsumerRecord<byte[], byte[]>> read = read(3);

        assertThat(read)
                .extracting(
                        one -> one.value().length, one -> one.headers() instanceof CutHeaders cut ? cut.length() : null)
                .containsExactly(tuple(100, null), tuple(1024, (long) LARGE), tuple(200, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "lz4", "snappy"})
    void aRecordWithAWrongLengthIsUnread_andItsNeighboursAreReadCompletely(String codec) throws IOException {
        produce(codec, List.of(record(100)), true);
        Compression compression = Compression.of(codec).build();
        RawBatches.send(BROKER.brokers(), partition, RawBatches.withTooLongRecord(compression));
        produce(codec, List.of(record(200)), true);

        assertThat(read(3))
                .extracting(
                        one -> one.value() == null ? -1 : one.value().length,
                        one -> one.headers() instanceof CutHeaders cut ? cut.length() : null)
                .containsExactly(tuple(100, null), tuple(-1, -1L), tuple(200, null));
    }

    /** An empty header needs two bytes, and takes more than a hundred times as much in memory. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "zstd"})
    void ofARecordWithTooManyHeadersOnlyTheBeginningIsRead_andItsNeighboursCompletely(String codec) {
        produce(codec, List.of(record(100), withHeaders(3_000, 500), withHeaders(50_000, 2_000), record(200)), true);

        assertThat(read(4))
                .extracting(
                        one -> one.value().length,
                        one -> one.headers().toArray().length,
                        one -> one.headers() instanceof CutHeaders cut ? cut.length() : null)
                .containsExactly(
                        tuple(100, 1, null), tuple(500, 3_000, null), tuple(1024, 64, 2_000L), tuple(200, 1, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void recordsWithManyHeadersAreReadInSmallGroups(String codec) {
        produce(codec, Collections.nCopies(60, withHeaders(4_000, 10)), true);

        List<Long> offsets = new ArrayList<>();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    ConsumerRecords<byte[], byte[]> some = fetches.marked(consumer.poll(Duration.ofMillis(100)));
                    assertThat(some.count()).isLessThanOrEqualTo(6);
                    some.forEach(one -> offsets.add(one.offset()));
                    return offsets.size() >= 60;
                });

        assertThat(offsets).containsExactlyElementsOf(until(60));
    }

    private ProducerRecord<byte[], byte[]> withHeaders(int count, int bytes) {
        return new ProducerRecord<>(
                partition.topic(),
                0,
                null,
                null,
                new byte[bytes],
                Collections.<Header>nCopies(count, new RecordHeader("", new byte[0])));
    }

    @Test
    void tooManyRecordsAreReadInSmallGroups() {
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            batch.add(record(512 * 1024));
        }
        produce("gzip", batch, true);

        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            ConsumerRecords<byte[], byte[]> some = consumer.poll(Duration.ofMillis(100));
            long bytes = 0;
            for (ConsumerRecord<byte[], byte[]> one : some) {
                bytes += one.serializedValueSize();
                all.add(one);
            }
            assertThat(bytes).isLessThanOrEqualTo(5L * 1024 * 1024);
            return all.size() >= 60;
        });

        assertThat(all)
                .extracting(ConsumerRecord::offset)
                .containsExactlyElementsOf(LongStream.range(0, 60).boxed().toList());
    }

    @Test
    void abortedRecordsAreNotRead_alsoInARebuiltBatch() {
        produce("gzip", List.of(record(100), record(LARGE)), false);
        produce("gzip", List.of(record(LARGE), record(300)), true);

        assertThat(read(2)).extracting(one -> one.value().length).containsExactly(1024, 300);
    }

    @Test
    void readingBeginsAtAPositionInsideABatch() {
        produce("gzip", List.of(record(LARGE), record(LARGE), record(300)), true);
        consumer.seek(partition, 2);

        assertThat(read(1)).extracting(ConsumerRecord::offset).containsExactly(2L);
    }

    @Test
    void aLargeBatchIsInflatedOnce_andOfItsEndNothingIsRead() {
        int count = 400;
        produce("zstd", copies(partition, count, FOUR_MIB), true);
        produce("zstd", List.of(record(300)), true);
        reopen(partition);

        List<Long> offsets = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    fetches.marked(consumer.poll(Duration.ofMillis(100))).forEach(one -> {
                        offsets.add(one.offset());
                        lengths.add(one.headers() instanceof CutHeaders cut ? cut.length() : (long) one.value().length);
                    });
                    assertThat(fetches.inflated()).isLessThan(2L * count * FOUR_MIB);
                    return offsets.size() > count;
                });

        assertThat(offsets).hasSize(count + 1).startsWith(0L).isSorted().doesNotHaveDuplicates();
        assertThat(offsets).endsWith(count - 1L, count + 1L);
        assertThat(lengths.subList(0, 250)).containsOnly((long) FOUR_MIB);
        assertThat(lengths.subList(260, count)).containsOnly(-1L);
        assertThat(lengths).endsWith(300L);
        assertThat(fetches.inflated()).isLessThan(InflatedRecords.MOST + 20L * FOUR_MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "lz4", "snappy"})
    void shortRecordsBetweenLongOnesAreReadCompletely_andEachIsInflatedOnce(String codec) {
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            sizes.add(i % 2 == 0 ? FOUR_MIB : 300 + i);
            batch.add(record(sizes.get(i)));
        }
        produce(codec, batch, true);

        assertThat(read(14))
                .extracting(one -> one.headers() instanceof CutHeaders cut ? (int) cut.length() : one.value().length)
                .containsExactlyElementsOf(sizes);
        assertThat(fetches.inflated()).isLessThan(2L * 7 * FOUR_MIB);
    }

    @Test
    void largeBatchesOfSeveralPartitionsAreReadOneAfterTheOther() {
        TopicPartition other = new TopicPartition("t-" + UUID.randomUUID(), 0);
        TopicPartition third = new TopicPartition("t-" + UUID.randomUUID(), 0);
        int count = 40;
        produce("zstd", copies(partition, count, FOUR_MIB), true);
        produce("gzip", copies(other, count, FOUR_MIB), true);
        produce("lz4", copies(third, 3, 300), true);
        reopen(partition, other, third);

        List<ConsumerRecord<byte[], byte[]>> all = read(2 * count + 3);

        assertThat(all).allSatisfy(one -> assertThat(one.headers()).isNotInstanceOf(CutHeaders.class));
        assertThat(offsets(all, partition)).containsExactlyElementsOf(until(count));
        assertThat(offsets(all, other)).containsExactlyElementsOf(until(count));
        assertThat(offsets(all, third)).containsExactlyElementsOf(until(3));
        assertThat(fetches.inflated()).isLessThan(2L * 2 * count * FOUR_MIB);
    }

    @Test
    void afterASeekAPartOfALargeBatchIsReadAgain() {
        produce("zstd", copies(partition, 30, FOUR_MIB), true);
        reopen(partition);
        read(10);
        consumer.seek(partition, 3);

        assertThat(offsets(read(6), partition)).startsWith(3L, 4L, 5L, 6L, 7L, 8L);
        consumer.seek(partition, 25);
        assertThat(offsets(read(5), partition)).containsExactly(25L, 26L, 27L, 28L, 29L);
        consumer.seek(partition, 0);
        fetches.forget(List.of(partition));
        assertThat(offsets(read(30), partition)).containsExactlyElementsOf(until(30));
    }

    @Test
    void aPositionDeepInALargeBatchIsReachedWithoutReadingItTwice() {
        int deep = 200;
        produce("gzip", copies(partition, deep + 1, FOUR_MIB), true);
        reopen(partition);
        consumer.seek(partition, deep);

        assertThat(offsets(read(1), partition)).containsExactly((long) deep);
        assertThat(fetches.inflated()).isLessThan((deep + 2L) * FOUR_MIB);
    }

    private void reopen(TopicPartition... partitions) {
        consumer.close();
        open(2 * LARGE, partitions);
    }

    private static List<ProducerRecord<byte[], byte[]>> copies(TopicPartition place, int count, int bytes) {
        return Collections.nCopies(count, new ProducerRecord<>(place.topic(), 0, null, new byte[bytes]));
    }

    private static List<Long> offsets(List<ConsumerRecord<byte[], byte[]>> records, TopicPartition of) {
        return records.stream()
                .filter(one -> one.topic().equals(of.topic()))
                .map(ConsumerRecord::offset)
                .toList();
    }

    private static List<Long> until(long count) {
        return LongStream.range(0, count).boxed().toList();
    }

    private ProducerRecord<byte[], byte[]> record(int bytes) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(partition.topic(), 0, null, new byte[bytes]);
        record.headers().add("kept", new byte[] {1});
        return record;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(int count) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    fetches.marked(consumer.poll(Duration.ofMillis(100))).forEach(all::add);
                    return all.size() >= count;
                });
        return all;
    }

    /** Sends all records in one batch of a transaction. */
    private static void produce(String codec, List<ProducerRecord<byte[], byte[]>> batch, boolean committed) {
        Map<String, Object> settings = new TreeMap<>();
        settings.put("bootstrap.servers", BROKER.brokers());
        settings.put("transactional.id", UUID.randomUUID().toString());
        settings.put("compression.type", codec);
        settings.put("batch.size", 5 * LARGE);
        settings.put("max.request.size", 8 * LARGE);
        settings.put("buffer.memory", 20L * LARGE);
        settings.put("linger.ms", 60_000);
        // Otherwise the producer expects less compression, and makes several batches.
        CompressionRatioEstimator.setEstimation(batch.get(0).topic(), CompressionType.forName(codec), 0.001f);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            batch.forEach(producer::send);
            producer.flush();
            if (committed) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }
}
