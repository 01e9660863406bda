package io.github.eventgateway.kafka;

import io.github.eventgateway.api.DaemonThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * A producer that recovers after Kafka does. It replaces its delegate at the next send in three cases. An idempotent
 * producer asks for its id once; if Kafka rejects the login at that moment, it never sends anything (KAFKA-20237, open
 * with Kafka 4.3.1). A producer that has delivered nothing for a while may know only brokers that no longer exist. And
 * a producer that found another cluster has closed itself ({@link ClusterProducer}). Any thread.
 */
final class RenewingProducer implements Producer<Object, Object> {

    private static final Duration LAST_SENDS = Duration.ofSeconds(5);

    private final Function<Runnable, Producer<Object, Object>> maker;
    private final LongSupplier refusals;
    private final long youngNanos;
    private final long idleNanos;
    private volatile Delegate current;

    /**
     * @param maker creates a producer, which runs its argument before it closes itself
     * @param refusals returns how often Kafka has rejected a login of the gateway
     * @param young a producer younger than this is not replaced
     * @param idle a producer that delivers nothing for this time, although it should, is replaced
     */
    RenewingProducer(
            Function<Runnable, Producer<Object, Object>> maker, LongSupplier refusals, Duration young, Duration idle) {
        this.maker = maker;
        this.refusals = refusals;
        this.youngNanos = young.toNanos();
        this.idleNanos = idle.toNanos();
        this.current = new Delegate();
    }

    private final class Delegate {

        private final long refusalsBefore = refusals.getAsLong();
        private final long since = System.nanoTime();
        private final Producer<Object, Object> producer = maker.apply(this::end);
        private volatile boolean delivered;
        private volatile boolean broken;
        private volatile boolean ended;

        /** When the first record timed out after the last delivery; 0 if none did. */
        private volatile long timedOutSince;

        private void note(Exception failure) {
            if (failure == null) {
                delivered = true;
                timedOutSince = 0;
            } else if (failure instanceof TimeoutException && delivered) {
                timedOutSince = timedOutSince == 0 ? System.nanoTime() : timedOutSince;
                broken = System.nanoTime() - timedOutSince > idleNanos;
            } else if (failure instanceof AuthenticationException
                    || failure instanceof ClusterAuthorizationException
                    || failure instanceof ProducerFencedException
                    || failure instanceof InvalidProducerEpochException
                    || failure instanceof TimeoutException) {
                broken = true;
            }
        }

        private void end() {
            ended = true;
        }

        private boolean needsReplacement() {
            boolean hasNoProducerId = !delivered && refusals.getAsLong() != refusalsBefore;
            return ended || (broken || hasNoProducerId) && System.nanoTime() - since > youngNanos;
        }
    }

    private Delegate usable() {
        return current.needsReplacement() ? renewed() : current;
    }

    private synchronized Delegate renewed() {
        Delegate spent = current;
        if (spent.needsReplacement()) {
            current = new Delegate();
            DaemonThreads.of("kafka-producer-close", () -> spent.producer.close(LAST_SENDS))
                    .start();
        }
        return current;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<Object, Object> one, Callback callback) {
        Delegate delegate = usable();
        try {
            return send(delegate, one, callback);
        } catch (RuntimeException e) {
            if (delegate.ended) {
                return send(usable(), one, callback);
            }
            delegate.note(e);
            throw e;
        }
    }

    private static Future<RecordMetadata> send(
            Delegate delegate, ProducerRecord<Object, Object> one, Callback callback) {
        return delegate.producer.send(one, (metadata, failure) -> {
            delegate.note(failure);
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
        });
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<Object, Object> one) {
        return send(one, null);
    }

    @Override
    public void flush() {
        current.producer.flush();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return usable().producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return current.producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return current.producer.clientInstanceId(timeout);
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        current.producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        current.producer.unregisterMetricFromSubscription(metric);
    }

    @Override
    public synchronized void close() {
        current.producer.close();
    }

    @Override
    public synchronized void close(Duration timeout) {
        current.producer.close(timeout);
    }

    @Override
    public void initTransactions() {
        current.producer.initTransactions();
    }

    @Override
    public void beginTransaction() {
        current.producer.beginTransaction();
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        current.producer.sendOffsetsToTransaction(offsets, groupMetadata);
    }

    @Override
    public void commitTransaction() {
        current.producer.commitTransaction();
    }

    @Override
    public void abortTransaction() {
        current.producer.abortTransaction();
    }
}
