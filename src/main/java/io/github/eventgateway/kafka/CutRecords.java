package io.github.eventgateway.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers which records of a consumer are cut until they are committed. Any thread. */
final class CutRecords {

    private static final Logger LOG = LoggerFactory.getLogger(CutRecords.class);

    /** The length of each value by its offset. */
    private final Map<TopicPartition, Map<Long, Long>> lengths = new ConcurrentHashMap<>();

    private final int mostRecordBytes;

    /**
     * @param mostRecordBytes the maximum inflated size of a record that is not cut
     */
    CutRecords(int mostRecordBytes) {
        this.mostRecordBytes = mostRecordBytes;
    }

    /**
     * Adds a record.
     *
     * @param length the size in bytes of its complete value; negative without a value, or if unknown
     */
    void add(TopicPartition partition, long offset, long length) {
        lengths.computeIfAbsent(partition, none -> new ConcurrentHashMap<>()).put(offset, length);
    }

    /** Forgets the records of this partition before this offset, which are committed. */
    void forgetBefore(TopicPartition partition, long offset) {
        keep(partition, offset, Long.MAX_VALUE);
    }

    /** Forgets the records of this partition from this offset on, which are fetched again and may have changed. */
    void forgetFrom(TopicPartition partition, long offset) {
        keep(partition, 0, offset);
    }

    private void keep(TopicPartition partition, long from, long until) {
        lengths.computeIfPresent(partition, (any, some) -> {
            some.keySet().removeIf(offset -> offset < from || offset >= until);
            return some.isEmpty() ? null : some;
        });
    }

    /** Returns the same records. Cut records have {@link CutHeaders}. */
    <K, V> ConsumerRecords<K, V> marked(ConsumerRecords<K, V> records) {
        if (lengths.isEmpty() || records.isEmpty()) {
            return records;
        }
        Map<TopicPartition, List<ConsumerRecord<K, V>>> all = new HashMap<>();
        records.partitions().forEach(partition -> all.put(partition, marked(partition, records.records(partition))));
        return new ConsumerRecords<>(all, records.nextOffsets());
    }

    private <K, V> List<ConsumerRecord<K, V>> marked(TopicPartition partition, List<ConsumerRecord<K, V>> records) {
        Map<Long, Long> its = lengths.getOrDefault(partition, Map.of());
        List<ConsumerRecord<K, V>> marked = new ArrayList<>();
        List<Long> cut = new ArrayList<>();
        for (ConsumerRecord<K, V> one : records) {
            Long length = its.get(one.offset());
            marked.add(length == null ? one : marked(one, length));
            if (length != null) {
                cut.add(one.offset());
            }
        }
        if (!cut.isEmpty()) {
            log(partition, cut);
        }
        return marked;
    }

    /** One line for all, because a small batch can contain thousands. */
    private void log(TopicPartition partition, List<Long> cut) {
        LOG.warn(
                "{} records of {} (offsets {} to {}) cannot be read completely, and become stubs in the dead-letter topic."
                        + " There are three possible causes. The record has more than {} bytes after decompression, where each header"
                        + " counts as 200 bytes more. More than {} bytes precede it in its batch. It cannot be decoded",
                cut.size(),
                partition,
                cut.get(0),
                cut.get(cut.size() - 1),
                mostRecordBytes,
                InflatedRecords.MOST);
    }

    private static <K, V> ConsumerRecord<K, V> marked(ConsumerRecord<K, V> one, long length) {
        return new ConsumerRecord<>(
                one.topic(),
                one.partition(),
                one.offset(),
                one.timestamp(),
                one.timestampType(),
                one.serializedKeySize(),
                one.serializedValueSize(),
                one.key(),
                one.value(),
                new CutHeaders(one.headers(), length),
                one.leaderEpoch());
    }
}
