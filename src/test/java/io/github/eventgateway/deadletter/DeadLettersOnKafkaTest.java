package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.GatewayApplication;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.kafka.TopicIds;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.DataFolder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Follows a failed record through a real broker: rejected, dead-lettered, stored, repaired, and its event stored. */
@CamelSpringBootTest
@DirtiesContext
@SpringBootTest(
        classes = GatewayApplication.class,
        properties = {
            "gateway.security.jwt-secret=a-secret-for-tests-that-is-long-enough",
            "gateway.audit.secret=a-secret-for-tests-that-is-long-enough",
            "gateway.audit.anchor-file=",
            "camel.main.shutdown-timeout=5"
        })
class DeadLettersOnKafkaTest {

    private static final BrokerProcess BROKER = BrokerProcess.start();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long OLD = 1_700_000_000_000L;

    @Autowired
    private CamelContext context;

    @Autowired
    private ProducerTemplate template;

    @Autowired
    private TopicIds topicIds;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry properties) {
        String folder = DataFolder.create().toString();
        properties.add("gateway.data-directory", () -> folder);
        properties.add("gateway.kafka.brokers", BROKER::brokers);
    }

    @AfterAll
    static void stop() {
        BROKER.stop();
    }

    private static RecordMetadata produce(byte[] key, byte[] value, Headers headers) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", BROKER.brokers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>("user_events", null, OLD, key, value, headers))
                    .get();
        }
    }

    /** Makes the topic reject records that are older than an hour. */
    private static void refuseOld(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            ConfigEntry bound = new ConfigEntry("message.timestamp.before.max.ms", "3600000");
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(bound, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic, int atLeast) {
        Map<String, Object> settings = Map.of("bootstrap.servers", BROKER.brokers());
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Awaitility.await(topic).atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return found.size() >= atLeast;
            });
        }
        return found;
    }

    private JsonNode call(String route, String id, String body) {
        Exchange exchange = template.send(
                "direct:" + route,
                ExchangeBuilder.anExchange(context)
                        .withHeader("id", id)
                        .withBody(body.getBytes(StandardCharsets.UTF_8))
                        .withProperty(CallProperties.SUBJECT, "ops")
                        .withProperty(CallProperties.SCOPES, Set.of("dead-letters:write", "events:write"))
                        .build());
        assertThat(exchange.getException()).isNull();
        Object answer = exchange.getMessage().getBody();
        return json.valueToTree(answer instanceof Answer said ? said.data() : answer);
    }

    private String deadLetterOf(RecordMetadata at, int replays) {
        return Awaitility.await("dead letter")
                .atMost(LIMIT)
                .until(
                        () -> jdbc.queryForList(
                                "SELECT id FROM dead_letter WHERE origin = ? AND replays = ? AND status = 'open'",
                                String.class,
                                "user_events/" + at.partition() + "/" + at.offset(),
                                replays),
                        ids -> !ids.isEmpty())
                .get(0);
    }

    @Test
    void givenARecordThatCannotBeProcessed_thenItIsKeptByteForByteUntilItsRepairIsStored() throws Exception {
        byte[] key = {-1, 0, 7};
        byte[] value = {-2, 0, '{'};
        Headers own = new RecordHeaders()
                .add("trace", new byte[] {-1})
                .add("TRACE", new byte[0])
                .add("trace", null)
                .add("kafka.KEY", new byte[] {1})
                .add("KAFKA.TOPIC", "other".getBytes(StandardCharsets.UTF_8))
                .add("CamelKafkaTopic", "other".getBytes(StandardCharsets.UTF_8))
                .add("trace", new byte[] {2});
        Awaitility.await("topics").atMost(LIMIT).ignoreExceptions().until(() -> records("user_events.dlq", 0)
                .isEmpty());
        refuseOld("user_events.dlq");
        RecordMetadata at = produce(key, value, own);
        refuseOld("user_events");

        ConsumerRecord<byte[], byte[]> dead = records("user_events.dlq", 1).get(0);
        assertThat(dead.key()).isEqualTo(key);
        assertThat(dead.value()).isEqualTo(value);
        assertThat(dead.timestamp()).isCloseTo(System.currentTimeMillis(), within(LIMIT.toMillis()));
        assertThat(DeadLetterHeaders.number(dead.headers(), "dlq-timestamp")).hasValue(OLD);
        assertThat(DeadLetterHeaders.original(dead.headers(), false)).isEqualTo(own);
        assertThat(DeadLetterHeaders.text(dead.headers(), "dlq-reason")).isEqualTo("MALFORMED_JSON");
        assertThat(DeadLetterHeaders.text(dead.headers(), "dlq-topic")).isEqualTo("user_events");
        assertThat(DeadLetterHeaders.number(dead.headers(), "dlq-offset")).hasValue(at.offset());

        String first = deadLetterOf(at, 0);
        assertThat(call("replay-dead-letter", first, "").get("outcome").asText())
                .isEqualTo("replayed");
        ConsumerRecord<byte[], byte[]> replayed = records("user_events", 2).stream()
                .filter(record -> record.headers().lastHeader("replay-id") != null)
                .findFirst()
                .orElseThrow();
        assertThat(replayed.key()).isEqualTo(key);
        assertThat(replayed.value()).isEqualTo(value);
        assertThat(replayed.timestamp()).isCloseTo(System.currentTimeMillis(), within(LIMIT.toMillis()));

        String second = deadLetterOf(at, 1);
        assertThat(second).isNotEqualTo(first);
        assertThat(records("user_events.dlq", 2)).allSatisfy(letter -> assertThat(DeadLetterHeaders.original(
                        letter.headers(), letter.headers().lastHeader("replay-id") != null))
                .isEqualTo(own));
        JsonNode repaired = call(
                "replay-dead-letter",
                second,
                "{\"event\":{\"type\":\"user_login\",\"data\":{\"user_id\":7,\"username\":\"ann\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}}");
        assertThat(repaired.get("outcome").asText()).isEqualTo("repaired");

        String eventId = jdbc.queryForObject("SELECT event_id FROM dead_letter WHERE id = ?", String.class, first);
        Awaitility.await("stored")
                .atMost(LIMIT)
                .until(() -> jdbc.queryForObject("SELECT COUNT(*) FROM event WHERE id = ?", Long.class, eventId) == 1);
        assertThat(jdbc.queryForObject("SELECT received_at FROM event WHERE id = ?", String.class, eventId))
                .isEqualTo(jdbc.queryForObject("SELECT occurred_at FROM event WHERE id = ?", String.class, eventId))
                .startsWith("2023-11-14T22:13:20");
        assertThat(jdbc.queryForObject("SELECT repaired_by FROM event WHERE id = ?", String.class, eventId))
                .isEqualTo("ops");
        assertThat(jdbc.queryForObject("SELECT successor FROM dead_letter WHERE id = ?", String.class, first))
                .isEqualTo(second);
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM dead_letter", Long.class))
                .isEqualTo(2);
    }

    @Test
    void givenARecreatedTopic_thenItHasAnotherId() throws Exception {
        try (Admin kafka = Admin.create(Map.of("bootstrap.servers", BROKER.brokers()))) {
            kafka.createTopics(List.of(new NewTopic("made-again", 1, (short) 1)))
                    .all()
                    .get();
            Uuid first = Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> topicIds.of("made-again"), id -> true);
            assertThat(topicIds.of("made-again")).isEqualTo(first).isNotEqualTo(Uuid.ZERO_UUID);

            kafka.deleteTopics(List.of("made-again")).all().get();
            Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> {
                kafka.createTopics(List.of(new NewTopic("made-again", 1, (short) 1)))
                        .all()
                        .get();
                return true;
            });
            Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> !topicIds.of("made-again")
                    .equals(first));
        }
        assertThatThrownBy(() -> topicIds.of("no-such-topic")).isInstanceOf(KafkaException.class);
    }
}
