package io.github.eventgateway.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer of one cluster. A cluster that has lost its disks gives producer ids a second time. A broker then takes a
 * record of an old idempotent producer for a repeat of a record of a new producer with the same id: it acknowledges the
 * record and drops it. This producer therefore closes itself when it finds another cluster, and its undelivered records
 * fail.
 *
 * <p>Since Kafka 4.1 a record contains the id of its topic (KIP-516), so the producer asks the new cluster for metadata
 * before it can send there. When the producer closes, its metrics are removed; otherwise the metrics of reloaded routes
 * would accumulate.
 */
final class ClusterProducer extends KafkaProducer<Object, Object> {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterProducer.class);
    private static final String CLUSTER = "event-gateway.cluster";

    private final KafkaClientMetrics metrics = new KafkaClientMetrics(this);

    private ClusterProducer(Properties settings, MeterRegistry meters) {
        super(settings);
        metrics.bindTo(meters);
    }

    /**
     * Creates a producer.
     *
     * @param settings the settings of the producer
     * @param meters the registry of its metrics
     * @param ended runs when the producer has found another cluster, before it closes itself. It runs on a thread of
     *     the Kafka client and must not block it.
     */
    static ClusterProducer make(Properties settings, MeterRegistry meters, Runnable ended) {
        Cluster cluster = new Cluster();
        Properties all = new Properties();
        all.putAll(settings);
        all.put(CLUSTER, cluster);
        all.put(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, withInterceptor(settings));
        ClusterProducer producer = new ClusterProducer(all, meters);
        cluster.whenAnother(() -> {
            ended.run();
            producer.close(Duration.ZERO);
        });
        return producer;
    }

    private static List<Object> withInterceptor(Properties settings) {
        List<Object> all = new ArrayList<>(List.of(Interceptor.class));
        Object given = settings.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
        if (given instanceof List<?> list) {
            all.addAll(list);
        } else if (given != null) {
            all.addAll(List.of(given.toString().split("\\s*,\\s*")));
        }
        return all;
    }

    @Override
    public void close(Duration timeout) {
        metrics.close();
        super.close(timeout);
    }

    /** The cluster that it found first. */
    private static final class Cluster {

        private String id;
        private boolean another;
        private Runnable ending;

        void whenAnother(Runnable then) {
            synchronized (this) {
                ending = then;
            }
            endOnce();
        }

        void found(String now) {
            synchronized (this) {
                if (now == null || another) {
                    return;
                }
                if (id == null || id.equals(now)) {
                    id = now;
                    return;
                }
                another = true;
                LOG.warn("A producer of Kafka cluster {} reached cluster {}. The gateway closes the producer", id, now);
            }
            endOnce();
        }

        /** Runs the action outside the lock. Closing the producer waits for a thread of Kafka, which needs the lock. */
        private void endOnce() {
            Runnable then;
            synchronized (this) {
                then = another ? ending : null;
                ending = another ? null : ending;
            }
            if (then != null) {
                then.run();
            }
        }
    }

    /** The Kafka client creates it by its name, and passes the cluster to it before the first record is sent there. */
    public static final class Interceptor implements ProducerInterceptor<Object, Object>, ClusterResourceListener {

        private Cluster cluster;

        @Override
        public void configure(Map<String, ?> settings) {
            cluster = (Cluster) settings.get(CLUSTER);
        }

        @Override
        public void onUpdate(ClusterResource found) {
            cluster.found(found.clusterId());
        }

        @Override
        public ProducerRecord<Object, Object> onSend(ProducerRecord<Object, Object> one) {
            return one;
        }

        @Override
        public void close() {}
    }
}
