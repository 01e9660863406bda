package io.github.eventgateway.kafka;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ConsumerNetworkClient;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory for compressed records of a consumer. Broker and consumer limit only compressed bytes, but two
 * megabytes can inflate to two gigabytes, and the Kafka client holds a whole record in memory before it returns it
 * (measured on 4.3.1). This class therefore inspects each answer of the broker before the client reads it. It cuts a
 * record that is too long, and keeps only the first records if they are too large together. The client fetches the
 * others again.
 *
 * <p>Kafka has no extension point for this, so reflection wraps the network client of the consumer. Used by the polling
 * thread and its heartbeat thread.
 */
public final class BoundedFetches {

    /** The maximum inflated size of the records of one partition in one answer of the broker. */
    private static final long FETCH_BYTES = 4L * 1024 * 1024;

    private static final int INITIAL = 65_536;
    private static final Logger LOG = LoggerFactory.getLogger(BoundedFetches.class);

    private final int mostRecordBytes;
    private final Map<TopicPartition, Long> asked = new ConcurrentHashMap<>();
    private final Map<Uuid, String> names = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Map<Long, Long>> cut = new ConcurrentHashMap<>();

    private BoundedFetches(int mostRecordBytes) {
        this.mostRecordBytes = mostRecordBytes;
    }

    /**
     * Limits what this consumer fetches. Call it before the first poll.
     *
     * @param mostRecordBytes the maximum inflated size of a record; a longer one is cut
     */
    public static BoundedFetches of(KafkaConsumer<?, ?> consumer, int mostRecordBytes) {
        BoundedFetches bounds = new BoundedFetches(mostRecordBytes);
        try {
            Object delegate = field(KafkaConsumer.class, "delegate").get(consumer);
            Object network = field(delegate.getClass(), "client").get(delegate);
            Field client = field(ConsumerNetworkClient.class, "client");
            client.set(network, bounds.around((KafkaClient) client.get(network)));
            return bounds;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "The memory limit for fetches does not work with this " + "version of the Kafka client", e);
        }
    }

    private static Field field(Class<?> of, String name) throws NoSuchFieldException {
        Field field = of.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private KafkaClient around(KafkaClient client) {
        return (KafkaClient) Proxy.newProxyInstance(
                KafkaClient.class.getClassLoader(), new Class<?>[] {KafkaClient.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        arguments[0] = bounded((ClientRequest) arguments[0]);
                    }
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private ClientRequest bounded(ClientRequest request) {
        if (!(request.requestBuilder() instanceof FetchRequest.Builder fetch)) {
            return request;
        }
        remember(fetch);
        RequestCompletionHandler next = request.callback();
        return new ClientRequest(
                request.destination(),
                fetch,
                request.correlationId(),
                request.makeHeader(fetch.latestAllowedVersion()).clientId(),
                request.createdTimeMs(),
                request.expectResponse(),
                request.requestTimeoutMs(),
                response -> {
                    bound(response);
                    next.onComplete(response);
                });
    }

    /** A partition without a changed position is part of the fetch session, but not of the request. */
    private void remember(FetchRequest.Builder request) {
        request.fetchData().forEach((partition, data) -> {
            asked.put(partition, data.fetchOffset);
            names.put(data.topicId, partition.topic());
        });
    }

    private void bound(ClientResponse response) {
        if (!(response.responseBody() instanceof FetchResponse fetched)) {
            return;
        }
        for (FetchResponseData.FetchableTopicResponse topic : fetched.data().responses()) {
            String name = topic.topic().isEmpty() ? names.get(topic.topicId()) : topic.topic();
            for (FetchResponseData.PartitionData data : topic.partitions()) {
                if (name != null && data.records() instanceof MemoryRecords records) {
                    data.setRecords(bounded(new TopicPartition(name, data.partitionIndex()), records));
                }
            }
        }
    }

    /** The client reports what cannot be read. */
    private MemoryRecords bounded(TopicPartition partition, MemoryRecords records) {
        try {
            return new Answer(partition, asked.getOrDefault(partition, 0L)).bounded(records);
        } catch (IOException | RuntimeException e) {
            LOG.debug("Records of {} cannot be decompressed", partition, e);
            return records;
        }
    }

    /** The records of a partition in one answer of the broker. */
    private final class Answer {

        private final TopicPartition partition;
        private final long first;
        private final List<MutableRecordBatch> kept = new ArrayList<>();
        private long left = FETCH_BYTES;
        private boolean changed;

        /**
         * @param first the requested offset; a batch may begin before it
         */
        private Answer(TopicPartition partition, long first) {
            this.partition = partition;
            this.first = first;
        }

        private MemoryRecords bounded(MemoryRecords records) throws IOException {
            for (MutableRecordBatch batch : records.batches()) {
                if (left <= 0) {
                    changed = true;
                    break;
                }
                if (batch instanceof DefaultRecordBatch compressed && batch.isCompressed() && !fits(compressed)) {
                    changed = true;
                    rebuild(compressed);
                } else {
                    kept.add(batch);
                }
            }
            return changed ? joined() : records;
        }

        private MemoryRecords joined() {
            ByteBuffer all = ByteBuffer.allocate(
                    kept.stream().mapToInt(MutableRecordBatch::sizeInBytes).sum());
            kept.forEach(batch -> batch.writeTo(all));
            all.flip();
            return MemoryRecords.readableRecords(all);
        }

        /** Reads up to the first record that does not fit. */
        private boolean fits(DefaultRecordBatch batch) throws IOException {
            long bytes = 0;
            try (InflatedRecords records = new InflatedRecords(batch, BufferSupplier.NO_CACHING)) {
                while (records.next()) {
                    bytes += records.offset() < first ? 0 : records.size();
                    if (records.size() > mostRecordBytes || bytes > left) {
                        return false;
                    }
                }
            }
            left -= bytes;
            return true;
        }

        /** Ends with the last record that fits, but contains at least one requested record. */
        private void rebuild(DefaultRecordBatch batch) throws IOException {
            MemoryRecordsBuilder builder = builder(batch);
            boolean whole = true;
            try (InflatedRecords records = new InflatedRecords(batch, BufferSupplier.NO_CACHING)) {
                while (records.next()) {
                    if (records.offset() < first) {
                        continue;
                    }
                    if (builder.numRecords() > 0 && records.size() > left) {
                        whole = false;
                        break;
                    }
                    append(builder, records);
                    left -= records.size();
                    if (left <= 0) {
                        whole = records.isLast();
                        break;
                    }
                }
            }
            if (builder.numRecords() == 0) {
                keep(MemoryRecords.readableRecords(empty(batch)));
                return;
            }
            if (whole) {
                builder.overrideLastOffset(batch.lastOffset());
            } else {
                left = 0;
            }
            keep(builder.build());
        }

        private void keep(MemoryRecords rebuilt) {
            rebuilt.batches().forEach(kept::add);
        }

        private void append(MemoryRecordsBuilder builder, InflatedRecords records) throws IOException {
            boolean isCut = records.size() > mostRecordBytes;
            InflatedRecords.Content content = isCut ? records.head() : records.whole();
            if (isCut) {
                cut.computeIfAbsent(partition, none -> new ConcurrentHashMap<>())
                        .put(records.offset(), content.length());
            }
            builder.appendWithOffset(
                    records.offset(), records.timestamp(), content.key(), content.value(), content.headers());
        }

        private static MemoryRecordsBuilder builder(DefaultRecordBatch batch) {
            return new MemoryRecordsBuilder(
                    new ByteBufferOutputStream(INITIAL),
                    batch.magic(),
                    Compression.NONE,
                    batch.timestampType(),
                    batch.baseOffset(),
                    batch.maxTimestamp(),
                    batch.producerId(),
                    batch.producerEpoch(),
                    batch.baseSequence(),
                    batch.isTransactional(),
                    batch.isControlBatch(),
                    batch.partitionLeaderEpoch(),
                    Integer.MAX_VALUE);
        }

        /** The batch has none of the requested records, and the client continues after it. */
        private static ByteBuffer empty(DefaultRecordBatch batch) {
            ByteBuffer header = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
            DefaultRecordBatch.writeEmptyHeader(
                    header,
                    batch.magic(),
                    batch.producerId(),
                    batch.producerEpoch(),
                    batch.baseSequence(),
                    batch.baseOffset(),
                    batch.lastOffset(),
                    batch.partitionLeaderEpoch(),
                    batch.timestampType(),
                    batch.maxTimestamp(),
                    batch.isTransactional(),
                    batch.isControlBatch());
            header.flip();
            return header;
        }
    }

    /** Returns the same records. Cut records have {@link CutHeaders}. */
    <K, V> ConsumerRecords<K, V> marked(ConsumerRecords<K, V> records) {
        if (cut.isEmpty() || records.isEmpty()) {
            return records;
        }
        Map<TopicPartition, List<ConsumerRecord<K, V>>> all = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            Map<Long, Long> lengths = cut.getOrDefault(partition, Map.of());
            List<ConsumerRecord<K, V>> marked = new ArrayList<>();
            for (ConsumerRecord<K, V> one : records.records(partition)) {
                Long length = lengths.get(one.offset());
                marked.add(length == null ? one : marked(one, length));
            }
            all.put(partition, marked);
        }
        return new ConsumerRecords<>(all, records.nextOffsets());
    }

    private <K, V> ConsumerRecord<K, V> marked(ConsumerRecord<K, V> one, long length) {
        LOG.warn(
                "Record {}/{}/{} has more than {} bytes after decompression. Only its beginning is read",
                one.topic(),
                one.partition(),
                one.offset(),
                mostRecordBytes);
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

    /** Forgets the records of this partition before this offset. */
    void done(TopicPartition partition, long next) {
        Map<Long, Long> lengths = cut.get(partition);
        if (lengths != null) {
            lengths.keySet().removeIf(offset -> offset < next);
            cut.computeIfPresent(partition, (any, some) -> some.isEmpty() ? null : some);
        }
    }
}
