package io.github.eventgateway.testing;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.eventgateway.GatewayApplication;
import io.github.eventgateway.coverage.StepCounter;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.kafka.BrokerAvailability;
import io.github.eventgateway.kafka.Subscriptions;
import io.github.eventgateway.kafka.TopicIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/**
 * The base class for tests of one route file: the complete application with an empty embedded database and without a
 * broker. A test class lists the endpoints to mock ({@code @MockEndpointsAndSkip}), and its advice replaces the inputs
 * of routes by {@code direct:}.
 */
@CamelSpringBootTest
@UseAdviceWith
@Import(StepCounter.class)
@DirtiesContext
@SpringBootTest(
        classes = GatewayApplication.class,
        properties = {
            "gateway.kafka.brokers=127.0.0.1:1",
            "gateway.security.jwt-secret=a-secret-for-tests-that-is-long-enough",
            "gateway.audit.secret=a-secret-for-tests-that-is-long-enough",
            "gateway.audit.anchor-file=",
            "gateway.alert.webhook-url=http://127.0.0.1:1/webhook",
            "gateway.kafka.topics.start-wait=0s",
            "camel.main.shutdown-timeout=5",
            "logging.level.root=error",
            "logging.level.org.apache.camel=off"
        })
public abstract class RouteTest {

    private static final VirtualTime TIME = new VirtualTime();

    @DynamicPropertySource
    static void data(DynamicPropertyRegistry properties) {
        String folder = DataFolder.create().toString();
        properties.add("gateway.data-directory", () -> folder);
    }

    /** Without a broker the real one would refuse everything. */
    @MockitoBean
    protected BrokerAvailability broker;

    /** A mock, because there is no broker: all topics have the same id. */
    @MockitoBean
    protected TopicIds topicIds;

    /**
     * The groups and topics that count as consumed, because the routes consume no topics here. At first each does.
     * Threads of the gateway ask all the time, so that a test cannot stub a mock.
     */
    protected static volatile BiPredicate<String, String> consumed = (group, topic) -> true;

    @TestBean
    private Subscriptions subscriptions;

    static Subscriptions subscriptions() {
        return mock(
                Subscriptions.class,
                call -> call.getMethod().getName().equals("consumes")
                        ? consumed.test(call.getArgument(0), call.getArgument(1))
                        : List.of());
    }

    /** The waits of the error policies. */
    protected final VirtualTime time = TIME;

    @Autowired
    protected CamelContext context;

    @Autowired
    protected ProducerTemplate producer;

    @Autowired
    private JdbcTemplate jdbc;

    /** Changes the routes before they start. By default it changes nothing. */
    protected void advise() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        when(topicIds.of(any())).thenReturn(Uuid.ONE_UUID);
        consumed = (group, topic) -> true;
        time.reset();
        if (!context.isStarted()) {
            for (RouteDefinition route : List.copyOf(((ModelCamelContext) context).getRouteDefinitions())) {
                String uri = route.getInput().getEndpointUri();
                if (uri.startsWith("kafka:")) {
                    AdviceWith.adviceWith(
                            context,
                            route.getRouteId(),
                            advice -> advice.replaceFromWith("direct:polled-" + route.getRouteId()));
                }
            }
            advise();
            StepCounter.countFailures(context);
            time.takeOver(context);
            context.start();
        }
    }

    @AfterAll
    static void writeCounts() {
        StepCounter.write();
    }

    /**
     * Passes records to a route that consumes a topic, as the Kafka consumer does. The exchange has the outcome, and
     * the records have the committed offsets.
     */
    protected Exchange deliver(String route, Polled records) {
        return send("direct:polled-" + route, records.batch(), Map.of());
    }

    /** Returns the records that a mock of {@code direct:dead-letter-records} received, in order. */
    protected static List<RejectedRecord> rejected(MockEndpoint deadLetters) {
        return deadLetters.getExchanges().stream()
                .flatMap(exchange -> ((List<?>) exchange.getMessage().getBody()).stream())
                .map(RejectedRecord.class::cast)
                .toList();
    }

    /** Makes this mock of an HTTP call answer with this status. */
    protected static void answer(MockEndpoint called, int status) {
        called.whenAnyExchangeReceived(exchange -> {
            if (status >= 300) {
                throw new HttpOperationFailedException("http://handler", status, "", null, Map.of(), "");
            }
        });
    }

    /** Returns the ids of the stored events, sorted. */
    protected List<String> stored() {
        return jdbc.queryForList("SELECT id FROM event ORDER BY id", String.class);
    }

    /** Sends a body to an endpoint, as the HTTP engine or a consumer does. The exchange has the outcome. */
    protected Exchange send(String endpoint, Object body, Map<String, Object> headers) {
        ExchangeBuilder exchange = ExchangeBuilder.anExchange(context).withBody(body);
        headers.forEach(exchange::withHeader);
        return producer.send(endpoint, exchange.build());
    }

    protected Exchange send(String endpoint, String body) {
        return send(endpoint, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
