package io.github.eventgateway.kafka;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.kafka.admin.ConsumerGroups;
import io.github.eventgateway.kafka.admin.KafkaHealthIndicator;
import io.github.eventgateway.kafka.admin.KafkaStatus;
import io.github.eventgateway.kafka.admin.KafkaTopics;
import io.github.eventgateway.kafka.admin.UnstoredTopics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Creates the Kafka administration as the gateway does, with these topics. */
final class Administration implements AutoCloseable {

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final KafkaAdmin admin;
    final BrokerAvailability availability;
    final TopicCreator creator;
    final KafkaStatus status;
    final KafkaTopics topics;
    final KafkaHealthIndicator health;
    final KafkaWatch watch;
    final TopicRetention retention;

    private Administration(Map<String, String> settings, String... names) {
        KafkaSettings bound = new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("gateway.kafka", KafkaSettings.class);
        EventCatalogue catalogue = mock(EventCatalogue.class);
        when(catalogue.topics())
                .thenReturn(Arrays.stream(names)
                        .map(name -> new Topic(name, name, JsonPointer.empty(), List.of()))
                        .toList());
        admin = new KafkaAdmin(bound, new KafkaConnection(bound));
        CatalogueTopics catalogueTopics = new CatalogueTopics(catalogue, admin, true);
        availability = new BrokerAvailability(admin, catalogueTopics, meters);
        creator = new TopicCreator(bound, admin, catalogueTopics, availability);
        retention = new TopicRetention(admin, catalogueTopics);
        watch = new KafkaWatch(admin, catalogueTopics, creator);
        ConsumerGroups consumers = new ConsumerGroups(
                new Subscriptions(new DefaultCamelContext()),
                admin,
                new ConsumerProblems(watch),
                new ConsumerStalls(Duration.ofSeconds(60), System::nanoTime));
        status = new KafkaStatus(admin, catalogueTopics, consumers, creator, watch, mock(UnstoredTopics.class));
        topics = new KafkaTopics(admin);
        health = new KafkaHealthIndicator(admin, watch, creator, availability);
    }

    static Administration start(Map<String, String> settings, String... names) {
        Administration administration = new Administration(settings, names);
        administration.admin.start();
        administration.availability.watch();
        administration.watch.start();
        administration.creator.start();
        return administration;
    }

    static Map<String, String> settings(String brokers) {
        return new HashMap<>(Map.of("gateway.kafka.brokers", brokers, "gateway.kafka.embedded.port", "0"));
    }

    @Override
    public void close() {
        creator.stop();
        admin.stop();
    }
}
