package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.eventgateway.kafka.admin.KafkaTopics;
import io.github.eventgateway.testing.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TopicCreatorTest {

    private static final BrokerProcess BROKER = BrokerProcess.start();

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
    }

    @Test
    void givenNoTopics_thenTheyExistBeforeTheStartContinues() {
        Map<String, String> settings = Administration.settings(BROKER.brokers());
        settings.put("gateway.kafka.topics.partitions", "5");
        try (Administration kafka = Administration.start(settings, "fresh")) {
            Map<String, TopicDescription> found =
                    kafka.admin.describe(List.of("fresh", "fresh.dlq")).join();

            assertThat(found).containsOnlyKeys("fresh", "fresh.dlq");
            assertThat(found.get("fresh").partitions()).hasSize(5);
            assertThatCode(kafka.availability::check).doesNotThrowAnyException();
        }
    }

    /** Otherwise an event that is sent again without a timestamp would differ from the stored one. */
    @Test
    void givenABrokerThatReplacesTimestamps_thenTheTopicsOfTheGatewayKeepThem() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(Map.of("log.message.timestamp.type", "LogAppendTime"));
                Administration kafka = Administration.start(Administration.settings(broker.brokers()), "stamped");
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            assertThat(kafka.creator.problem()).isEmpty();
            for (String name : List.of("stamped", "stamped.dlq")) {
                ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
                assertThat(admin.describeConfigs(List.of(topic))
                                .all()
                                .get()
                                .get(topic)
                                .get("message.timestamp.type")
                                .value())
                        .isEqualTo("CreateTime");
            }
        }
    }

    @Test
    void givenATopicWithOtherSettings_thenItDoesNotChange() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            admin.createTopics(List.of(new NewTopic("older", 1, (short) 1).configs(Map.of("retention.ms", "1234567"))))
                    .all()
                    .get();
        }
        try (Administration kafka = Administration.start(Administration.settings(BROKER.brokers()), "older")) {
            KafkaTopics.TopicDetails older = (KafkaTopics.TopicDetails)
                    kafka.topics.topic("older").toCompletableFuture().join();

            assertThat(older.partitions()).hasSize(1);
            assertThat(older.configuration()).containsEntry("retention.ms", "1234567");
            assertThat(kafka.creator.problem()).isEmpty();
        }
    }

    @Test
    void givenMoreReplicasThanBrokers_thenTheProblemSaysWhatToSet_untilTheTopicIsThere() throws Exception {
        Map<String, String> settings = Administration.settings(BROKER.brokers());
        settings.put("gateway.kafka.topics.replication", "3");
        try (Administration kafka = Administration.start(settings, "wide")) {
            assertThat(kafka.creator.problem()).hasValueSatisfying(problem -> assertThat(problem)
                    .contains("Topic wide cannot be created", "KAFKA_TOPIC_REPLICATION"));
            assertThat(kafka.availability.isAvailable()).isFalse();

            try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
                admin.createTopics(List.of(new NewTopic("wide", 1, (short) 1), new NewTopic("wide.dlq", 1, (short) 1)))
                        .all()
                        .get();
            }

            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(kafka.creator.problem()).isEmpty();
                assertThat(kafka.availability.isAvailable()).isTrue();
            });
        }
    }
}
