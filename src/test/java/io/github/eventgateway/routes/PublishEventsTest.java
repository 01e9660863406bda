package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.InputDecorator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Answer;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.testing.RouteTest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Tests routes/publish-events.camel.yaml. */
@MockEndpointsAndSkip("kafka:*")
class PublishEventsTest extends RouteTest {

    private static final String LOGIN = """
            {"id":"login-1","type":"user_login","timestamp":"2026-01-31T12:00:00Z",
             "data":{"user_id":7,"username":"ann","ip":"10.0.0.1","action":"login"}}""";
    private static final String ERROR =
            "{\"type\":\"system_error\",\"data\":{\"service\":\"billing\",\"error\":\"boom\"}}";

    @EndpointInject("mock:kafka:topic-of-each-event")
    private MockEndpoint kafka;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private MeterRegistry meters;

    @BeforeEach
    void kafkaAcknowledges() {
        kafka.reset();
        kafka.whenAnyExchangeReceived(exchange -> {
            if (exchange.getMessage().getBody() instanceof Iterable<?> records) {
                records.forEach(record -> acknowledge((Message) record));
            } else {
                acknowledge(exchange.getMessage());
            }
        });
    }

    private static void acknowledge(Message message) {
        String topic = message.getHeader(KafkaConstants.OVERRIDE_TOPIC, String.class);
        RecordMetadata at = new RecordMetadata(new TopicPartition(topic, 2), 41, 0, 0, 0, 0);
        message.setHeader(KafkaConstants.KAFKA_RECORD_META, List.of(at));
    }

    private JsonNode data(Exchange exchange) throws IOException {
        return json.readTree(json.writeValueAsBytes(exchange.getMessage().getBody()));
    }

    private static Reason reason(Exchange exchange) {
        for (Throwable cause = exchange.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException refusal) {
                return refusal.reason();
            }
        }
        return null;
    }

    @Test
    @SuppressWarnings("deprecation")
    void aBodyIsParsedOnce() {
        Parses parses = new Parses();
        JsonFactory factory = StrictJson.MAPPER.getFactory();
        factory.setInputDecorator(parses);
        try {
            send("direct:publish-event", LOGIN);
            assertThat(parses.count.getAndSet(0)).isEqualTo(1);
            send("direct:publish-event-batch", "[" + LOGIN + "," + ERROR + "]");
            assertThat(parses.count.get()).isEqualTo(1);
        } finally {
            factory.setInputDecorator(null);
        }
    }

    /** Counts the parses of JSON without changing them. */
    private static final class Parses extends InputDecorator {

        private static final long serialVersionUID = 1L;

        private final AtomicInteger count = new AtomicInteger();

        @Override
        public InputStream decorate(IOContext context, InputStream in) {
            count.incrementAndGet();
            return in;
        }

        @Override
        public InputStream decorate(IOContext context, byte[] bytes, int offset, int length) {
            count.incrementAndGet();
            return null;
        }

        @Override
        public Reader decorate(IOContext context, Reader reader) {
            count.incrementAndGet();
            return reader;
        }
    }

    @Test
    void givenAnEvent_thenItsTopicGetsTheWholeEventUnderItsKey() throws Exception {
        kafka.expectedMessageCount(1);

        Exchange exchange = send("direct:publish-event", LOGIN);

        kafka.assertIsSatisfied();
        Message record = kafka.getExchanges().get(0).getMessage();
        assertThat(record.getHeader(KafkaConstants.KEY, String.class)).isEqualTo("7");
        assertThat(json.readTree(record.getBody(byte[].class))).isEqualTo(json.readTree(LOGIN));
        assertThat(data(exchange)).isEqualTo(json.readTree("""
                        {"id":"login-1","type":"user_login","topic":"user_events","partition":2,"offset":41}"""));
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
                .isEqualTo(202);
        assertThat(exchange.getProperty("message")).isEqualTo("events.accepted");
    }

    @Test
    void givenHeadersOfARequest_thenNoneReachesKafkaOrTheAnswer() {
        Map<String, Object> hostile = Map.of(
                "kafka.OVERRIDE_TOPIC",
                "evil",
                "kafka.KEY",
                "evil",
                "kafka.PARTITION_KEY",
                9,
                "Authorization",
                "Bearer x");

        Exchange exchange = send("direct:publish-event", LOGIN.getBytes(StandardCharsets.UTF_8), hostile);

        Map<String, Object> sent = kafka.getExchanges().get(0).getMessage().getHeaders();
        assertThat(sent).containsOnlyKeys(KafkaConstants.OVERRIDE_TOPIC, KafkaConstants.KEY);
        assertThat(sent.get(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("user_events");
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(Exchange.HTTP_RESPONSE_CODE);
    }

    @Test
    void givenASystemError_thenItGoesToSystemLogsWithTheDefaultLevel() throws Exception {
        send("direct:publish-event", ERROR);

        Message record = kafka.getExchanges().get(0).getMessage();
        assertThat(record.getHeader(KafkaConstants.OVERRIDE_TOPIC)).isEqualTo("system_logs");
        assertThat(record.getHeader(KafkaConstants.KEY, String.class)).isEqualTo("billing");
        JsonNode value = json.readTree(record.getBody(byte[].class));
        assertThat(value.at("/data/level").asText()).isEqualTo("error");
        assertThat(value.get("id").asText())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void givenAnIdempotencyKey_thenItIsTheIdOfAnEventWithoutOne() throws Exception {
        for (String key : List.of("order-17", "\"order-17\"")) {
            Map<String, Object> header = Map.of("Idempotency-Key", key);
            Exchange whole = send("direct:publish-event", ERROR.getBytes(StandardCharsets.UTF_8), header);
            Exchange typed = send(
                    "direct:publish-typed-event",
                    "{\"service\":\"s\",\"message\":\"m\"}".getBytes(StandardCharsets.UTF_8),
                    Map.of("Idempotency-Key", key, "type", "system_info"));
            Exchange same = send(
                    "direct:publish-event",
                    LOGIN.replace("login-1", "order-17").getBytes(StandardCharsets.UTF_8),
                    header);

            for (Exchange exchange : List.of(whole, typed, same)) {
                assertThat(data(exchange).get("id").asText()).isEqualTo("order-17");
                assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(Exchange.HTTP_RESPONSE_CODE);
            }
        }
        assertThat(kafka.getExchanges()).hasSize(6).allSatisfy(sent -> assertThat(
                        json.readTree(sent.getMessage().getBody(byte[].class))
                                .get("id")
                                .asText())
                .isEqualTo("order-17"));
    }

    @Test
    void givenAnIdempotencyKeyThatIsNotTheId_thenNothingIsSent() {
        byte[] login = LOGIN.getBytes(StandardCharsets.UTF_8);
        Exchange other = send("direct:publish-event", login, Map.of("Idempotency-Key", "order-17"));
        assertThat(details(other)).containsExactly(new Violation("/id", "differs from the header Idempotency-Key"));
        for (String key : List.of("", "\"\"", "a b", "x".repeat(65), "\"a", "'a'", "'order-17'")) {
            Exchange refused = send("direct:publish-event", login, Map.of("Idempotency-Key", key));
            assertThat(reason(refused)).as(key).isEqualTo(Reason.INVALID_PARAMETER);
            assertThat(details(refused)).extracting(Violation::path).containsExactly("Idempotency-Key");
        }
        Exchange batch = send(
                "direct:publish-event-batch",
                ("[" + LOGIN + "]").getBytes(StandardCharsets.UTF_8),
                Map.of("Idempotency-Key", "order-17"));
        assertThat(reason(batch)).isEqualTo(Reason.INVALID_PARAMETER);
        assertThat(kafka.getExchanges()).isEmpty();
    }

    @Test
    void givenAKeyOrATypeWithAMeaningInRoutes_thenItIsTakenAsText() throws Exception {
        byte[] data = "{\"service\":\"s\",\"message\":\"m\"}".getBytes(StandardCharsets.UTF_8);
        for (String key : List.of("null", "true", "17")) {
            Exchange whole = send(
                    "direct:publish-event", ERROR.getBytes(StandardCharsets.UTF_8), Map.of("Idempotency-Key", key));
            Exchange typed =
                    send("direct:publish-typed-event", data, Map.of("Idempotency-Key", key, "type", "system_info"));

            assertThat(data(whole).get("id").asText()).isEqualTo(key);
            assertThat(data(typed).get("id").asText()).isEqualTo(key);
        }
        for (String type : List.of("'system_info'", "\"system_info\"", "null")) {
            Exchange refused = send("direct:publish-typed-event", data, Map.of("type", type));
            assertThat(reason(refused)).as(type).isEqualTo(Reason.UNKNOWN_EVENT_TYPE);
        }
    }

    @Test
    void givenAnIdInTheDataOfATypedCall_thenItIsRefused() {
        Exchange refused = send(
                "direct:publish-typed-event",
                "{\"service\":\"s\",\"message\":\"m\",\"id\":\"order-17\"}".getBytes(StandardCharsets.UTF_8),
                Map.of("type", "system_info"));

        assertThat(reason(refused)).isEqualTo(Reason.EVENT_INVALID);
        assertThat(details(refused))
                .containsExactly(new Violation(
                        "/data/id",
                        "is not a field of this type; send the id of the event in the header " + "Idempotency-Key"));
    }

    @Test
    void givenABatch_thenTheAnswerHasTheIdOfEachEvent() {
        String wrong = "{\"id\":\"wrong-1\",\"type\":\"user_login\",\"data\":{}}";
        Exchange exchange = send("direct:publish-event-batch", "[" + ERROR + "," + wrong + "," + LOGIN + ",7]");

        Answer answer = exchange.getMessage().getBody(Answer.class);
        JsonNode ids = json.valueToTree(answer.data()).get("ids");
        assertThat(answer.status()).isEqualTo(207);
        assertThat(ids).hasSize(4);
        assertThat(ids.get(0).asText()).matches("[0-9a-f-]{36}");
        assertThat(ids.get(1).asText()).isEqualTo("wrong-1");
        assertThat(ids.get(2).asText()).isEqualTo("login-1");
        assertThat(ids.get(3).isNull()).isTrue();
    }

    /** An invalid event is counted, alone or in a batch. */
    @Test
    void givenEventsThatAreRefused_thenTheyAreCountedByTheirReason() {
        Map<String, Double> before = counts();
        send("direct:publish-event", "no json");
        send("direct:publish-event", "{\"type\":\"user_dance\",\"data\":{}}");
        send("direct:publish-event", "{\"type\":\"user_login\",\"data\":{}}");
        send("direct:publish-typed-event", "[]".getBytes(StandardCharsets.UTF_8), Map.of("type", "user_login"));
        send("direct:publish-event-batch", "[{\"type\":\"user_login\",\"data\":{}}," + LOGIN + "]");
        send("direct:publish-event", LOGIN);

        Map<String, Double> after = counts();
        assertThat(increase(before, after, "MALFORMED_JSON")).isEqualTo(1);
        assertThat(increase(before, after, "UNKNOWN_EVENT_TYPE")).isEqualTo(1);
        assertThat(increase(before, after, "EVENT_INVALID")).isEqualTo(3);
        assertThat(increase(before, after, "accepted")).isEqualTo(2);
    }

    private Map<String, Double> counts() {
        return meters.find("gateway.events.received").counters().stream()
                .collect(Collectors.toMap(counter -> counter.getId().getTag("outcome"), Counter::count, Double::sum));
    }

    private static double increase(Map<String, Double> before, Map<String, Double> after, String outcome) {
        return after.getOrDefault(outcome, 0.0) - before.getOrDefault(outcome, 0.0);
    }

    private static List<Violation> details(Exchange exchange) {
        for (Throwable cause = exchange.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException refusal) {
                return refusal.details();
            }
        }
        return List.of();
    }

    @Test
    void givenOnlyTheDataOfATypeInThePath_thenAddressAndVerbAreFilledIn() throws Exception {
        Exchange request = ExchangeBuilder.anExchange(context)
                .withBody("{\"user_id\":\"u-9\",\"username\":\"bob\"}".getBytes(StandardCharsets.UTF_8))
                .withHeader("type", "user_logout")
                .withProperty("callerAddress", "192.0.2.7")
                .build();

        producer.send("direct:publish-typed-event", request);

        JsonNode value = json.readTree(kafka.getExchanges().get(0).getMessage().getBody(byte[].class));
        assertThat(value.at("/data/ip").asText()).isEqualTo("192.0.2.7");
        assertThat(value.at("/data/action").asText()).isEqualTo("logout");
        assertThat(value.at("/type").asText()).isEqualTo("user_logout");
    }

    @Test
    void givenAnInvalidEvent_thenItIsRefusedAndNothingIsSent() {
        assertThat(reason(send("direct:publish-event", "{"))).isEqualTo(Reason.MALFORMED_JSON);
        assertThat(reason(send("direct:publish-event", "{\"type\":\"nope\",\"data\":{}}")))
                .isEqualTo(Reason.UNKNOWN_EVENT_TYPE);
        assertThat(reason(send("direct:publish-event", "{\"type\":\"user_login\",\"data\":{}}")))
                .isEqualTo(Reason.EVENT_INVALID);
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    @Test
    void givenKafkaRejectsTheEvent_thenTheFailureReachesTheCaller() {
        kafka.whenAnyExchangeReceived(exchange -> {
            throw new TimeoutException("no broker");
        });

        Exchange exchange = send("direct:publish-event", LOGIN);

        assertThat(exchange.getException()).isInstanceOf(TimeoutException.class);
    }

    @Test
    void givenABatchOfValidAndInvalidEvents_thenTheAnswerHasTheOutcomeOfEach() {
        String lines = LOGIN.replace("\n", "") + "\n{bad\n" + ERROR + "\n";
        Exchange request = batch(lines, "application/x-ndjson");

        Answer answer = request.getMessage().getBody(Answer.class);
        JsonNode data = json.valueToTree(answer.data());
        assertThat(answer.status()).isEqualTo(207);
        assertThat(data.get("accepted").asInt()).isEqualTo(2);
        assertThat(data.at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(data.at("/errors/0/reason").asText()).isEqualTo("MALFORMED_JSON");
    }

    @Test
    void givenAValidArray_thenAllEventsAreAcceptedInOrder() {
        List<String> topics = new ArrayList<>();
        kafka.whenAnyExchangeReceived(
                exchange -> ((Iterable<?>) exchange.getMessage().getBody()).forEach(record -> {
                    topics.add(((Message) record).getHeader(KafkaConstants.OVERRIDE_TOPIC, String.class));
                    acknowledge((Message) record);
                }));

        Answer answer = batch("[" + ERROR + "," + LOGIN + "]", "application/json")
                .getMessage()
                .getBody(Answer.class);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(topics).containsExactly("system_logs", "user_events");
    }

    @Test
    void givenABatchWithoutAValidEvent_thenNothingIsSent() {
        Answer answer =
                batch("[{\"id\":\"mine\"},3]", "application/json").getMessage().getBody(Answer.class);

        JsonNode data = json.valueToTree(answer.data());
        assertThat(answer.status()).isEqualTo(422);
        assertThat(data.get("reason").asText()).isEqualTo("EVENT_INVALID");
        assertThat(data.at("/errors/0/id").asText()).isEqualTo("mine");
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    @Test
    void givenKafkaAcceptsAPartOfABatch_thenTheOthersAreReported() {
        kafka.whenAnyExchangeReceived(exchange -> {
            acknowledge((Message)
                    ((Iterable<?>) exchange.getMessage().getBody()).iterator().next());
            exchange.setException(new TimeoutException("no broker"));
        });

        Exchange exchange = batch("[" + ERROR + "," + LOGIN + "]", "application/json");

        Answer answer = exchange.getMessage().getBody(Answer.class);
        JsonNode data = json.valueToTree(answer.data());
        assertThat(answer.status()).isEqualTo(207);
        assertThat(data.get("accepted").asInt()).isEqualTo(1);
        assertThat(data.at("/errors/0/reason").asText()).isEqualTo("KAFKA_UNAVAILABLE");
        assertThat(data.at("/errors/0/id").asText()).isEqualTo("login-1");
    }

    @Test
    void givenKafkaAcceptsNoEventOfABatch_thenItIsUnavailable() {
        kafka.whenAnyExchangeReceived(exchange -> exchange.setException(new TimeoutException("no broker")));

        Exchange exchange = batch("[" + ERROR + "," + LOGIN + "]", "application/json");

        assertThat(reason(exchange)).isEqualTo(Reason.KAFKA_UNAVAILABLE);
    }

    @Test
    void givenABrokenArray_thenNoEventIsAccepted() {
        Exchange exchange = batch("[" + ERROR + "," + LOGIN, "application/json");

        assertThat(reason(exchange)).isEqualTo(Reason.MALFORMED_JSON);
        assertThat(kafka.getReceivedCounter()).isZero();
    }

    private Exchange batch(String body, String contentType) {
        return producer.send(
                "direct:publish-event-batch",
                ExchangeBuilder.anExchange(context)
                        .withBody(body.getBytes(StandardCharsets.UTF_8))
                        .withProperty("contentType", contentType)
                        .build());
    }
}
