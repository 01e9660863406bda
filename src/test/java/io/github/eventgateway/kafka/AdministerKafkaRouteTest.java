package io.github.eventgateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.testing.BrokerProcess;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

@CamelSpringBootTest
@SpringBootTest(classes = KafkaAdministration.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(AdministerKafkaRouteTest.Consuming.class)
@MockEndpointsAndSkip("direct:publish-event")
@DirtiesContext
class AdministerKafkaRouteTest {

    @MockitoBean
    private AuditTrail audit;

    @MockitoBean
    private JwtDecoder tokens;

    private static final BrokerProcess BROKER = BrokerProcess.start();
    private static final ObjectMapper JSON = new ObjectMapper();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        KafkaAdministration.settings(registry);
        registry.add("gateway.kafka.brokers", BROKER::brokers);
        registry.add("camel.component.kafka.brokers", BROKER::brokers);
        registry.add("gateway.store.group", () -> "store");
        registry.add("gateway.dead-letters.group", () -> "dead-letters");
    }

    @AfterAll
    static void stopBroker() {
        BROKER.stop();
    }

    @TestConfiguration
    static class Consuming {

        @Bean
        RouteBuilder consumingRoute() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:publish-event").routeId("publish-event").to("log:published");
                    from("kafka:user_events?groupId=store&autoOffsetReset=earliest&allowManualCommit=true"
                                    + "&autoCommitEnable=false")
                            .routeId("store-user-events")
                            .to("log:consumed");
                    from("kafka:user_events?groupId=alert&autoOffsetReset=earliest&batching=false&allowManualCommit=false&autoCommitEnable=true&autoCommitIntervalMs=100")
                            .routeId("alert-user-events")
                            .to("log:consumed");
                    from("kafka:system_logs?groupId=other")
                            .routeId("not-for-this-instance")
                            .autoStartup(false)
                            .to("log:consumed");
                    from("kafka:system_logs?groupId=store")
                            .routeId("store-system-logs")
                            .autoStartup(false)
                            .to("log:consumed");
                    from("kafka:user_events.dlq,system_logs.dlq?groupId=dead-letters")
                            .routeId("store-dead-letters")
                            .autoStartup(false)
                            .to("log:consumed");
                }
            };
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private ProducerTemplate camel;

    @Autowired
    private HealthEndpoint health;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private BrokerAvailability availability;

    @Autowired
    private Subscriptions subscriptions;

    @EndpointInject("mock:direct:publish-event")
    private MockEndpoint publish;

    @BeforeEach
    void resetPublish() {
        publish.reset();
    }

    @Test
    void aGroupOfAnotherRoleCountsAsConsuming() {
        assertThat(subscriptions.consumes("store", "user_events")).isTrue();
        assertThat(subscriptions.consumes("other", "system_logs")).isTrue();
        assertThat(subscriptions.consumes("other", "user_events")).isFalse();
        assertThat(subscriptions.consumes("nobody", "user_events")).isFalse();
        assertThat(subscriptions.running())
                .extracting(Subscriptions.Subscription::route)
                .doesNotContain("not-for-this-instance");
    }

    @Test
    void givenAnybody_thenStatusSaysEnabledAndNothingElse() throws Exception {
        HttpResponse<String> answer = get("/api/kafka/status");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("data")).isEqualTo(JSON.readTree("{\"status\": \"enabled\"}"));
    }

    @Test
    void givenAReaderOfEvents_thenStatusDescribesClusterTopicsAndConsumers() {
        produce("user_events", 5);

        await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
            JsonNode status = statusFor(Set.of("events:read"));
            assertThat(status.path("status").asText()).isEqualTo("enabled");
            assertThat(status.path("cluster_id").asText()).isNotEmpty();
            assertThat(status.path("brokers").path(0).path("port").asInt())
                    .isEqualTo(Integer.parseInt(BROKER.brokers().split(":")[1]));
            assertThat(status.path("topics").findValuesAsText("name"))
                    .containsExactly("user_events", "system_logs", "user_events.dlq", "system_logs.dlq");
            assertThat(status.path("topics").path(0))
                    .isEqualTo(JSON.readTree(
                            "{\"name\":\"user_events\",\"partitions\":3,\"replicas\":1,\"under_replicated\":0}"));
            JsonNode consumers = status.path("consumers");
            assertThat(consumers)
                    .containsExactlyInAnyOrder(
                            JSON.readTree("{\"route\":\"store-user-events\",\"group\":\"store\","
                                    + "\"topic\":\"user_events\",\"lag\":5,\"state\":\"Stable\"}"),
                            JSON.readTree("{\"route\":\"alert-user-events\",\"group\":\"alert\","
                                    + "\"topic\":\"user_events\",\"lag\":0,\"state\":\"Stable\"}"));
        });
    }

    @Test
    void givenAnotherScope_thenTheStatusHasNoDetails() throws Exception {
        assertThat(statusFor(Set.of("events:write")).size()).isEqualTo(1);
    }

    @Test
    void givenAMessage_thenItIsPublishedAsASystemInfoEvent() throws Exception {
        publish.whenAnyExchangeReceived(exchange -> {
            exchange.getMessage().setBody(Map.of("id", "1", "topic", "system_logs", "partition", 2, "offset", 7));
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
        });
        publish.expectedMessageCount(1);

        HttpResponse<String> answer = post("{\"message\": \"a \\\"quoted\\\" 你好\"}");

        publish.assertIsSatisfied();
        assertThat(JSON.readTree(publish.getExchanges().get(0).getIn().getBody(byte[].class)))
                .isEqualTo(JSON.readTree("{\"type\":\"system_info\",\"data\":{\"service\":\"event-gateway\","
                        + "\"message\":\"a \\\"quoted\\\" 你好\"}}"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path("data").path("offset").asInt())
                .isEqualTo(7);
    }

    @Test
    void givenAMessageIsSent_thenTheAnswerNamesTheSentence() {
        Exchange exchange = camel.request("direct:send-test-message", e -> e.getIn()
                .setBody("{\"message\":\"hello\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(exchange.getProperty("message")).isEqualTo("kafka.test.sent");
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"message\":           | 400 | MALFORMED_JSON  |",
                "''                      | 400 | MALFORMED_JSON  |",
                "{\"message\":\"a\"} {}  | 400 | MALFORMED_JSON  |",
                "{}                      | 422 | REQUEST_INVALID | /message",
                "[]                      | 422 | REQUEST_INVALID | ''",
                "{\"message\": 1}        | 422 | REQUEST_INVALID | /message",
                "{\"message\": \"\"}     | 422 | REQUEST_INVALID | /message",
                "{\"message\": \"\\u0000\"} | 422 | REQUEST_INVALID | /message",
                "{\"message\": \"\\ud800\"} | 422 | REQUEST_INVALID | /message",
                "{\"message\": \"a\", \"b/c\": 1} | 422 | REQUEST_INVALID | /b~1c",
            })
    void givenABadRequest_thenNothingIsPublished(String body, int status, String reason, String path) throws Exception {
        publish.expectedMessageCount(0);

        HttpResponse<String> answer = post(body);

        JsonNode data = JSON.readTree(answer.body()).path("data");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(data.path("reason").asText()).isEqualTo(reason);
        if (path != null) {
            assertThat(data.path("details").path(0).path("path").asText()).isEqualTo(path);
        }
        publish.assertIsSatisfied();
    }

    @Test
    void givenAMessageOfAThousandCharacters_thenItIsAccepted_andOneMoreIsNot() throws Exception {
        publish.whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody(Map.of()));

        assertThat(post("{\"message\": \"" + "😀".repeat(1000) + "\"}").statusCode())
                .isEqualTo(200);
        assertThat(post("{\"message\": \"" + "a".repeat(1001) + "\"}").statusCode())
                .isEqualTo(422);
    }

    @Test
    void givenTopics_thenTheyAreListedByName() throws Exception {
        HttpResponse<String> answer = get("/api/kafka/topics");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode items = JSON.readTree(answer.body()).path("data").path("items");
        assertThat(items.findValuesAsText("name"))
                .containsExactly("system_logs", "system_logs.dlq", "user_events", "user_events.dlq");
        assertThat(items.path(0).path("partitions").asInt()).isEqualTo(3);
    }

    @Test
    void givenOneTopic_thenItIsDescribed() throws Exception {
        produce("system_logs", 4);

        HttpResponse<String> answer = get("/api/kafka/topics/system_logs");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode topic = JSON.readTree(answer.body()).path("data");
        assertThat(topic.path("name").asText()).isEqualTo("system_logs");
        assertThat(topic.path("configuration").path("retention.ms").asLong())
                .isEqualTo(Duration.ofDays(7).toMillis());
        assertThat(topic.path("partitions")).hasSize(3);
        long records = 0;
        for (JsonNode partition : topic.path("partitions")) {
            assertThat(partition.path("leader").asInt()).isEqualTo(1);
            assertThat(partition.path("isr").path(0).asInt()).isEqualTo(1);
            assertThat(partition.path("replicas").path(0).asInt()).isEqualTo(1);
            records += partition.path("end_offset").asLong()
                    - partition.path("begin_offset").asLong(-1000);
        }
        assertThat(records).isEqualTo(4);
    }

    @Test
    void givenADeadLetterTopic_thenItIsKeptLongerAndTakesLargerRecords() throws Exception {
        JsonNode configuration = JSON.readTree(
                        get("/api/kafka/topics/user_events.dlq").body())
                .path("data")
                .path("configuration");

        assertThat(configuration.path("retention.ms").asLong())
                .isEqualTo(Duration.ofDays(90).toMillis());
        assertThat(configuration.path("max.message.bytes").asLong()).isEqualTo(2097152);
    }

    @ParameterizedTest
    @CsvSource({"nowhere, 404, NOT_FOUND", "a%20b, 400, INVALID_PARAMETER", "..., 404, NOT_FOUND"})
    void givenATopicThatIsNotThere_thenTheAnswerSaysWhy(String name, int status, String reason) throws Exception {
        HttpResponse<String> answer = get("/api/kafka/topics/" + name);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("data").path("reason").asText())
                .isEqualTo(reason);
    }

    @Test
    void givenATopicNameThatPointsElsewhere_thenItIsRefused() {
        assertThatThrownBy(() -> camel.requestBodyAndHeader("direct:describe-topic", null, "name", ".."))
                .rootCause()
                .isInstanceOfSatisfying(GatewayException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Reason.INVALID_PARAMETER));
    }

    @Test
    void givenEverythingRuns_thenKafkaAndRoutesAreUp() {
        await().untilAsserted(() -> {
            assertThat(health.healthForPath("kafka").getStatus()).isEqualTo(Status.UP);
            assertThat(health.healthForPath("routes").getStatus()).isEqualTo(Status.UP);
        });
        assertThat(availability.isAvailable()).isTrue();
        assertThat(meters.get("gateway.kafka.available").gauge().value()).isEqualTo(1);
    }

    @Test
    void givenAStoppedRoute_thenRoutesIsDown() throws Exception {
        var controller = camel.getCamelContext().getRouteController();
        controller.stopRoute("list-topics");
        try {
            assertThat(health.healthForPath("routes").getStatus()).isEqualTo(Status.DOWN);
        } finally {
            controller.startRoute("list-topics");
        }
        assertThat(health.healthForPath("routes").getStatus()).isEqualTo(Status.UP);
    }

    private JsonNode statusFor(Set<String> scopes) throws Exception {
        Exchange answer = camel.request(
                "direct:report-kafka-status", exchange -> exchange.setProperty(CallProperties.SCOPES, scopes));
        return JSON.readTree(JSON.writeValueAsBytes(answer.getMessage().getBody()));
    }

    private static void produce(String topic, int count) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.brokers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, new byte[] {1}));
            }
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return send(HttpRequest.newBuilder(uri("/api/kafka/test"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
