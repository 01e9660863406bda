package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.FilterChain;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RequestGateTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final VerbTable verbs = new VerbTable();
    private final RequestGate gate = new RequestGate(verbs);
    private final Queue<Object> met = new ConcurrentLinkedQueue<>();

    private VerbConsumer add(String path) {
        VerbConsumer handler = mock();
        verbs.add(new Verb(
                "GET",
                verbs.pattern(path),
                new Verb.Access(true, Set.of()),
                Set.of(),
                Set.of(),
                List.of(),
                false,
                false,
                handler));
        return handler;
    }

    private static Route route(VerbConsumer handler) {
        DefaultPlatformHttpConsumer consumer = mock();
        when(consumer.getPlatformHttpConsumer()).thenReturn(handler);
        Route route = mock();
        when(route.getConsumer()).thenReturn(consumer);
        return route;
    }

    private Thread request(String path, FilterChain chain) {
        Thread thread = new Thread(() -> {
            try {
                gate.doFilter(new MockHttpServletRequest("GET", path), new MockHttpServletResponse(), chain);
            } catch (Exception e) {
                met.add(e);
            }
        });
        thread.start();
        return thread;
    }

    private void meet(String path) {
        Verb verb = verbs.match(new MockHttpServletRequest("GET", path)).verb();
        met.add(verb == null ? "nothing" : verb.handler());
    }

    @Test
    void aRequestToAClosedVerbWaits_andReachesTheNewVerb() throws Exception {
        VerbConsumer old = add("/api/things");
        assertThat(gate.close(List.of(route(old)), () -> true, LONG)).isTrue();
        verbs.remove(old);

        Thread request = request("/api/things", (req, res) -> meet("/api/things"));
        await().until(() -> request.getState() == Thread.State.WAITING);
        VerbConsumer fresh = add("/api/things");
        assertThat(met).isEmpty();
        gate.open();

        request.join();
        assertThat(met).containsExactly(fresh);
    }

    @Test
    void otherRequestsPass_andNoneMissesItsVerb() throws Exception {
        VerbConsumer old = add("/api/things");
        VerbConsumer other = add("/api/others");
        gate.close(List.of(route(old)), () -> true, LONG);
        verbs.remove(old);

        request("/api/others", (req, res) -> meet("/api/others")).join();
        assertThat(met).containsExactly(other);
        meet("/api/things");
        assertThat(met).containsExactly(other, old);
    }

    @Test
    void whileARequestRuns_theGateStaysOpen() throws Exception {
        VerbConsumer handler = add("/api/things");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread slow = request("/api/things", (req, res) -> {
            entered.countDown();
            awaitUninterruptibly(leave);
        });
        entered.await();

        assertThat(gate.close(List.of(route(handler)), () -> true, SHORT)).isFalse();
        request("/api/things", (req, res) -> meet("/api/things")).join();
        assertThat(met).containsExactly(handler);

        leave.countDown();
        slow.join();
        assertThat(gate.close(List.of(route(handler)), () -> true, LONG)).isTrue();
    }

    @Test
    void whileAnExchangeRuns_theGateStaysOpen() throws Exception {
        assertThat(gate.close(List.of(route(add("/api/things"))), () -> false, SHORT))
                .isFalse();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
