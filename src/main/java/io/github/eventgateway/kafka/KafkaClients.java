package io.github.eventgateway.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Properties;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.stereotype.Component;

/**
 * Creates the clients of every {@code kafka:} endpoint with the address and the credentials of Kafka from one place. A
 * route can therefore not reach another cluster.
 */
@Component("kafkaClients")
class KafkaClients implements KafkaClientFactory {

    private static final Duration YOUNG = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final KafkaConnection connection;
    private final KafkaAdmin admin;
    private final KafkaWatch watch;
    private final ConsumerProblems problems;
    private final ExpiredRecords expired;
    private final ConsumerSettings consumers;
    private final MeterRegistry meters;

    KafkaClients(
            KafkaConnection connection,
            KafkaAdmin admin,
            KafkaWatch watch,
            ConsumerProblems problems,
            ExpiredRecords expired,
            ConsumerSettings consumers,
            MeterRegistry meters) {
        this.connection = connection;
        this.admin = admin;
        this.watch = watch;
        this.problems = problems;
        this.expired = expired;
        this.consumers = consumers;
        this.meters = meters;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Producer getProducer(Properties settings) {
        return new RenewingProducer(
                ended -> ClusterProducer.make(with(settings), meters, ended), admin::refusals, YOUNG, IDLE);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Consumer getConsumer(Properties settings) {
        Properties all = with(settings);
        // The gateway creates topics with the settings in application.yaml. A reader must not create them implicitly.
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new RewindingConsumer(all, problems, expired, watch::topicId, consumers);
    }

    @Override
    public String getBrokers(KafkaConfiguration configuration) {
        return String.valueOf(connection.clientProperties().get("bootstrap.servers"));
    }

    private Properties with(Properties settings) {
        Properties all = new Properties();
        all.putAll(settings);
        all.putAll(connection.clientProperties());
        return all;
    }
}
