package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.testing.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Reads the retention of Kafka from the topics. */
class TopicRetentionTest {

    private static final BrokerProcess BROKER = BrokerProcess.start();

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
    }

    private static void create(String topic, String retention) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(Map.of("retention.ms", retention))))
                    .all()
                    .get();
        }
    }

    @Test
    void theLongestRetentionOfAnyTopicCounts_evenIfTheSettingsAreShorter() throws Exception {
        try (Administration kafka = Administration.start(Administration.settings(BROKER.brokers()), "made")) {
            await().ignoreExceptions().until(() -> kafka.retention.longest().equals(Duration.ofDays(90)));
        }
        create("longer", String.valueOf(Duration.ofDays(400).toMillis()));
        try (Administration kafka = Administration.start(Administration.settings(BROKER.brokers()), "made", "longer")) {
            await().ignoreExceptions().until(() -> kafka.retention.longest().equals(Duration.ofDays(400)));
            assertThat(kafka.retention.longestOfDeadLetters()).isEqualTo(Duration.ofDays(90));
        }
        create("eternal", "-1");
        try (Administration kafka = Administration.start(Administration.settings(BROKER.brokers()), "eternal")) {
            await().ignoreExceptions().until(() -> kafka.retention.longest().equals(TopicRetention.FOR_EVER));
        }
    }

    @Test
    void ifKafkaDoesNotAnswer_theRetentionFails() {
        Map<String, String> settings = Administration.settings("127.0.0.1:1");
        settings.put("gateway.kafka.topics.start-wait", "1ms");
        try (Administration kafka = Administration.start(settings, "made")) {
            assertThatThrownBy(kafka.retention::longest).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void ifKafkaIsSwitchedOff_theRetentionIsZero() throws Exception {
        Map<String, String> settings = Administration.settings("127.0.0.1:1");
        settings.put("gateway.kafka.enabled", "false");
        try (Administration kafka = Administration.start(settings, "made")) {
            assertThat(kafka.retention.longest()).isZero();
        }
    }
}
