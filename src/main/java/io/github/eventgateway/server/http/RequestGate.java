package io.github.eventgateway.server.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Holds requests on their threads while their routes are exchanged, so that none meets a stopping route or a missing
 * path. It runs before the check of scopes, so that the new verb decides about the request. It exists only with live
 * editing of routes.
 */
@Component
@Profile("dev")
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RequestGate extends OncePerRequestFilter {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final VerbTable verbs;
    private final Map<Object, Integer> entered = new HashMap<>();
    private Set<Object> closed = Set.of();

    RequestGate(VerbTable verbs) {
        this.verbs = verbs;
    }

    /**
     * Holds new requests to the verbs of these routes, and waits until earlier ones have left.
     *
     * @param routes the routes that must become idle
     * @param quiet returns whether no exchange is in progress in them
     * @param limit how long requests may be held
     * @return true if the routes are idle: the present verbs then stay visible until {@link #open}; false after the
     *     time limit, with requests continuing as before
     */
    public boolean close(Collection<Route> routes, BooleanSupplier quiet, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            closed = handlers(routes);
        }
        while (!isLeft() || !quiet.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                open();
                return false;
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        verbs.hold();
        return true;
    }

    /** Activates the new verbs, and releases the held requests. */
    public synchronized void open() {
        verbs.release();
        closed = Set.of();
        notifyAll();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Object handler = enter(request);
        try {
            chain.doFilter(request, response);
        } finally {
            leave(handler);
        }
    }

    private synchronized Object enter(HttpServletRequest request) {
        Object handler = handler(request);
        while (closed.contains(handler)) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            handler = handler(request);
        }
        entered.merge(handler, 1, Integer::sum);
        return handler;
    }

    private synchronized void leave(Object handler) {
        entered.computeIfPresent(handler, (key, count) -> count == 1 ? null : count - 1);
    }

    private synchronized boolean isLeft() {
        List<Object> left = new ArrayList<>(closed);
        left.removeIf(handler -> !entered.containsKey(handler) && !isBusy(handler));
        return left.isEmpty();
    }

    /** A request counts as beyond this filter while its body arrives and while it waits for a thread. */
    private static boolean isBusy(Object handler) {
        return handler instanceof VerbConsumer route && route.isBusy();
    }

    private Object handler(HttpServletRequest request) {
        Verb verb = verbs.find(request).verb();
        return verb == null ? this : verb.handler();
    }

    private static Set<Object> handlers(Collection<Route> routes) {
        return routes.stream()
                .map(Route::getConsumer)
                .filter(DefaultPlatformHttpConsumer.class::isInstance)
                .map(consumer -> ((DefaultPlatformHttpConsumer) consumer).getPlatformHttpConsumer())
                .collect(Collectors.toSet());
    }
}
