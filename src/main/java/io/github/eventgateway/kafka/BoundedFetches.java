package io.github.eventgateway.kafka;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.internals.ConsumerNetworkClient;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory for compressed records of a consumer, and for their headers. Broker and consumer limit only compressed bytes, but two
 * megabytes can inflate to two gigabytes, and the Kafka client holds a whole record in memory before it returns it
 * (measured on 4.3.1). This class therefore inspects each answer of the broker before the client reads it. It cuts a
 * record that is too long, and keeps only the first records if they are too large together. The client fetches the
 * others again. A header of two bytes takes more than a hundred times as much memory, so headers count too. The inflating continues where it ended, see {@link OpenBatch}.
 *
 * <p>Kafka has no extension point for this, so reflection wraps the network client of the consumer. Used by the polling
 * thread and its heartbeat thread.
 */
public final class BoundedFetches {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedFetches.class);

    private final int mostRecordBytes;
    private final Map<TopicPartition, Long> asked = new ConcurrentHashMap<>();
    private final Map<Uuid, String> names = new ConcurrentHashMap<>();
    private final CutRecords cut;
    private final OpenBatch open = new OpenBatch(System::nanoTime);

    private BoundedFetches(int mostRecordBytes) {
        this.mostRecordBytes = mostRecordBytes;
        this.cut = new CutRecords(mostRecordBytes);
    }

    /**
     * Limits what this consumer fetches. Call it before the first poll.
     *
     * @param mostRecordBytes the maximum memory of an inflated record and its headers; a longer one is cut
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
                    } else if (method.getName().equals("close")) {
                        close();
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
                    bound(new TopicPartition(name, data.partitionIndex()), data, records);
                }
            }
        }
    }

    /** The client must not inflate what is not bounded. It checks the checksum of a batch first. */
    private synchronized void bound(
            TopicPartition partition, FetchResponseData.PartitionData data, MemoryRecords records) {
        try {
            long first = asked.getOrDefault(partition, 0L);
            data.setRecords(new BoundedAnswer(partition, first, mostRecordBytes, open, cut).bounded(records));
        } catch (CorruptRecordException e) {
            LOG.debug("Records of {} are damaged", partition, e);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Records of {} cannot be read", partition, e);
            data.setRecords(MemoryRecords.EMPTY).setErrorCode(Errors.CORRUPT_MESSAGE.code());
        }
    }

    /** Returns the same records. Cut records have {@link CutHeaders}. */
    <K, V> ConsumerRecords<K, V> marked(ConsumerRecords<K, V> records) {
        return cut.marked(records);
    }

    /** Forgets the records of this partition before this offset. */
    void done(TopicPartition partition, long next) {
        cut.forgetBefore(partition, next);
    }

    /** Releases the memory for partitions that the consumer no longer reads. */
    synchronized void forget(Collection<TopicPartition> lost) {
        for (TopicPartition partition : lost) {
            try {
                open.forget(partition);
            } catch (IOException e) {
                LOG.debug("A batch of {} cannot be closed", partition, e);
            }
        }
    }

    /** Returns the number of bytes that this class has inflated for the consumer. */
    synchronized long inflated() {
        return open.inflated();
    }

    private synchronized void close() throws IOException {
        open.close();
    }
}
