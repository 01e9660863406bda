package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.testing.DataFolder;
import io.github.eventgateway.testing.Polled;
import io.github.eventgateway.testing.RouteTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Lets a step fail at every position of two handlers: one with {@code doTry}, {@code doCatch} and {@code doFinally}, and
 * the one that the command {@code new route} writes. No event may be lost, and none may be delivered after its dead
 * letter.
 */
@MockEndpointsAndSkip("direct:dead-letter-records|bean:webhooks.*")
class FailingStepsTest extends RouteTest {

    private static final String TOPIC = "user_events";
    private static final String EVENT = """
            {"id":"e%d","type":"user_login","data":{"user_id":7,"username":"alice","ip":"10.0.0.1","action":"x"}}""";
    private static final Set<String> OF_TRY = Set.of("first", "second", "last", "after");
    private static final List<String> TRY = new ArrayList<>();
    private static final List<String> NEW = new ArrayList<>();

    private static volatile Set<String> failingPlaces = Set.of();

    @EndpointInject("mock:bean:webhooks")
    private MockEndpoint webhook;

    @EndpointInject("mock:direct:dead-letter-records")
    private MockEndpoint deadLetters;

    @DynamicPropertySource
    static void newRoute(DynamicPropertyRegistry properties) {
        properties.add(
                "camel.main.routes-include-pattern",
                () -> "file:routes/*.camel.yaml,file:src/test/resources/handlers/try-webhooks.camel.yaml,file:"
                        + writtenRoute());
        properties.add("gateway.notify.webhook-url", () -> "http://127.0.0.1:1/webhook");
    }

    private static Path writtenRoute() {
        try {
            String template = Files.readString(Path.of("src/main/resources/templates/route.camel.yaml"));
            return Files.writeString(
                    DataFolder.create().resolve("notify.camel.yaml"),
                    template.replace("@name@", "notify")
                            .replace("@topic@", TOPIC)
                            .replace("@types@", ""));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void advise() throws Exception {
        Map<String, List<String>> routes =
                Map.of("try-webhooks", TRY, "deliver-by-try", TRY, "notify", NEW, "notify-deliver", NEW);
        for (Map.Entry<String, List<String>> route : routes.entrySet()) {
            FailingPlaces.add(context, route.getKey(), place -> failing(place, route.getValue()));
        }
        FailingPlaces.add(context, "dead-letter-event", place -> failing(place, TRY));
    }

    private static Processor failing(String place, List<String> places) {
        places.add(place);
        return exchange -> {
            if (failingPlaces.contains(place)) {
                throw new IllegalStateException("made to fail");
            }
        };
    }

    /** Kafka gives no two records one position. */
    private static int partition = 100;

    @BeforeEach
    void reset() {
        partition++;
        failingPlaces = Set.of();
        webhook.reset();
        deadLetters.reset();
        OF_TRY.forEach(name -> mock(name).reset());
    }

    private MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    private static Polled batch(long first) {
        Polled polled = new Polled();
        for (long i = first; i <= 3; i++) {
            polled.add(TOPIC, partition, i, EVENT.formatted(i));
        }
        return polled;
    }

    /** What fails until the batch is read again; {@code firstMock} fails always. */
    private record Failing(Set<String> places, boolean firstMock, boolean webhook) {

        static Failing at(String... places) {
            return new Failing(Set.of(places), false, false);
        }
    }

    /** What became of the events, in order: {@code sent e1}, {@code dead e2}, {@code read again}. */
    private List<String> outcome(String route, Failing failing) {
        reset();
        List<String> order = new ArrayList<>();
        for (String name : OF_TRY) {
            mock(name).whenAnyExchangeReceived(exchange -> {
                String id = exchange.getProperty("id", String.class);
                if (name.equals("first") && failing.firstMock() && id.equals("e2")) {
                    throw new IllegalStateException("made to fail");
                }
                order.add("sent " + id);
            });
        }
        webhook.whenAnyExchangeReceived(exchange -> {
            Object id = exchange.getMessage().getHeader("Idempotency-Key");
            if (failing.webhook() && !order.contains("read again") && id.equals("e2")) {
                throw new HttpOperationFailedException("http://webhook", 400, "", null, Map.of(), "");
            }
            order.add("sent " + id);
        });
        deadLetters.whenAnyExchangeReceived(
                exchange -> ((List<?>) exchange.getMessage().getBody())
                        .forEach(dead -> order.add("dead e" + ((RejectedRecord) dead).offset())));
        failingPlaces = failing.places();
        Polled polled = batch(1);
        Exchange exchange = deliver(route, polled);
        failingPlaces = Set.of();
        if (exchange.getException() != null) {
            order.add("read again");
            long next = polled.committed(TOPIC, partition).orElse(1L);
            assertThat(deliver(route, batch(next)).getException())
                    .as("the second time, %s", failing)
                    .isNull();
        }
        return order;
    }

    private static void assertSentOrDead(Failing failing, List<String> order) {
        for (int i = 1; i <= 3; i++) {
            int sent = order.lastIndexOf("sent e" + i);
            int dead = order.indexOf("dead e" + i);
            assertThat(sent >= 0 || dead >= 0).as("%s: %s", failing, order).isTrue();
            assertThat(dead < 0 || sent < dead).as("%s: %s", failing, order).isTrue();
        }
    }

    @Test
    void givenAnyStepFails_thenNoEventIsLost_orDeliveredAfterItsDeadLetter() {
        assertThat(TRY).hasSizeGreaterThan(40).contains("after try-call-second", "before try-set-last");
        for (String place : TRY) {
            assertSentOrDead(Failing.at(place), outcome("try-webhooks", Failing.at(place)));
        }
        assertThat(NEW).hasSizeGreaterThan(30).contains("before notify-call");
        for (String place : NEW) {
            assertSentOrDead(Failing.at(place), outcome("notify", Failing.at(place)));
        }
    }

    @Test
    void givenTheFirstWebhookFailsToo_thenNoEventIsLost_orDeliveredAfterItsDeadLetter() {
        for (String place : TRY) {
            Failing failing = new Failing(Set.of(place), true, false);
            assertSentOrDead(failing, outcome("try-webhooks", failing));
        }
    }

    @Test
    void givenTwoStepsFail_thenNoEventIsLost_orDeliveredAfterItsDeadLetter() {
        for (String first : List.of("before try-call-first", "before try-call-second", "after try-call-last")) {
            for (String place : TRY) {
                if (!place.equals(first)) {
                    Failing failing = Failing.at(place, first);
                    assertSentOrDead(failing, outcome("try-webhooks", failing));
                }
            }
        }
    }

    @Test
    void givenTheWebhookOfAWrittenRouteRefusesAnEventOnce_thenItIsNotDeliveredAfterItsDeadLetter() {
        for (String place : NEW) {
            Failing failing = new Failing(Set.of(place), false, true);
            assertSentOrDead(failing, outcome("notify", failing));
        }
    }

    /** No policy retries a step in {@code doTry}, {@code doCatch} or {@code doFinally}: it fails at once. */
    @Test
    void givenAStepInDoCatchOrDoFinallyFails_thenEachEventIsDeadLettered() {
        for (String place : List.of("before try-call-second", "before try-call-last")) {
            Set<String> places = Set.of("before try-call-first", place);

            List<String> order = outcome("try-webhooks", new Failing(places, false, false));

            assertThat(order).as(place).containsSubsequence("dead e1", "dead e2", "dead e3");
            assertThat(rejected(deadLetters)).as(place).hasSize(3).allSatisfy(dead -> assertThat(dead.attempts())
                    .isEqualTo(1));
        }
    }
}
