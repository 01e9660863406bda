package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Tests routes/handle-events.camel.yaml with a handler that gets all events of a topic. */
@MockEndpointsAndSkip("direct:dead-letter-records")
@TestPropertySource(
        properties =
                "camel.main.routes-include-pattern=file:routes/*.camel.yaml,file:src/test/resources/handlers/*.camel.yaml")
class HandleEventsTest extends RouteTest {

    private static final String TOPIC = "user_events";
    private static final String EVENT = """
            {"id":"%s","type":"%s","data":{"user_id":7,"username":"alice","ip":"10.0.0.1","action":"x"}}""";

    @EndpointInject("mock:taken")
    private MockEndpoint taken;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @BeforeEach
    void reset() {
        taken.reset();
        deadLetters.reset();
    }

    private static Polled events() {
        return Polled.ofNewRecords()
                .add(TOPIC, 0, 1, EVENT.formatted("a", "user_login"))
                .add(TOPIC, 0, 2, "rubbish")
                .add(TOPIC, 0, 3, EVENT.formatted("b", "user_delete"))
                .add(TOPIC, 0, 4, EVENT.formatted("c", "user_logout"));
    }

    /** Returns the ids of the events that the handler received, in order. */
    private List<String> ids() {
        return taken.getExchanges().stream()
                .map(exchange -> context.resolveLanguage("simple")
                        .createExpression("${body.id}")
                        .evaluate(exchange, String.class))
                .toList();
    }

    private void failAt(String id, Exception failure) {
        taken.whenAnyExchangeReceived(exchange -> {
            String now = context.resolveLanguage("simple")
                    .createExpression("${body.id}")
                    .evaluate(exchange, String.class);
            if (now.equals(id)) {
                throw failure;
            }
        });
    }

    @Test
    void withoutTypes_theHandlerGetsAllEventsInOrder_andTheBatchIsCommitted() {
        Polled events = events();

        Exchange exchange = deliver("handle-all", events);

        assertThat(exchange.getException()).isNull();
        assertThat(ids()).containsExactly("a", "b", "c");
        assertThat(rejected(deadLetters)).isEmpty();
        assertThat(events.committed(TOPIC, 0)).hasValue(5);
    }

    @Test
    void givenAnEventFailsPermanently_thenItIsDeadLetteredAndItsNeighboursAreHandled() {
        failAt("b", new IllegalStateException("made to fail"));
        Polled events = events();

        Exchange exchange = deliver("handle-all", events);

        assertThat(exchange.getException()).isNull();
        assertThat(ids()).containsExactly("a", "b", "b", "b", "b", "c");
        assertThat(time.waits()).containsExactly(1000L, 2000L, 4000L);
        assertThat(rejected(deadLetters)).singleElement().satisfies(dead -> {
            assertThat(dead.record().offset()).isEqualTo(3);
            assertThat(dead.consumer().group()).isEqualTo("handle-all");
            assertThat(dead.consumer().id()).isEqualTo("take-one");
            assertThat(dead.attempts()).isEqualTo(4);
            assertThat(dead.message()).isEqualTo("a step of the handler failed");
        });
        assertThat(events.committed(TOPIC, 0)).hasValue(5);
    }

    @Test
    void givenTheGatewayStops_thenNothingIsDeadLettered_andTheBatchIsReadAgain() {
        failAt("b", new RejectedExecutionException("stopping"));
        Polled events = events();

        Exchange exchange = deliver("handle-all", events);

        assertThat(exchange.getException()).hasRootCauseInstanceOf(RejectedExecutionException.class);
        assertThat(rejected(deadLetters)).isEmpty();
        assertThat(events.committed()).isEmpty();
    }
}
