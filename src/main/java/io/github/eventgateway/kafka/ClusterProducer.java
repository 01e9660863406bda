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
 * A producer of one cluster. A cluster that has lost its disks gives the ids of its producers again. A broker takes a
 * record of an idempotent producer from before for the repetition of a record of a new producer with the same id: it
 * acknowledges the record and does not keep it. A producer that finds another cluster therefore closes itself, and what it
 * has not delivered fails.
 *
 * <p>Since Kafka 4.1 a record names the id of its topic (KIP-516), so that the producer asks what the new cluster has before
 * it can send anything there. Its metrics end with it; else those of every route that was ever reloaded would go on.
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
     * Makes a producer.
     *
     * @param settings of the producer
     * @param meters where its metrics are
     * @param ended run when the producer has found another cluster, before it closes itself; by a thread of Kafka's client,
     *     which it must not hold up
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

    /** The cluster that was found first. */
    private static final class Cluster {

        private String id;
        private boolean another;
        private Runnable ending;

        synchronized void whenAnother(Runnable then) {
            ending = then;
            if (another) {
                then.run();
            }
        }

        synchronized void found(String now) {
            if (now == null || another) {
                return;
            }
            if (id == null || id.equals(now)) {
                id = now;
                return;
            }
            another = true;
            LOG.warn("A producer of Kafka cluster {} has found cluster {} instead and closes itself", id, now);
            if (ending != null) {
                ending.run();
            }
        }
    }

    /** Kafka's client makes it by its name, and tells it the cluster before it sends the first record there. */
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
