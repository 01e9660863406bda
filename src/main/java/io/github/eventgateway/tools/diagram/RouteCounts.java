package io.github.eventgateway.tools.diagram;

import io.github.eventgateway.database.ColumnText;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.stereotype.Component;

/** Counts the runs and failures of each route since the gateway started, and keeps its last failure. Any thread. */
@Component
class RouteCounts implements RoutePolicyFactory {

    private static final int LONGEST_MESSAGE = 300;
    private static final Pattern ADDRESS = Pattern.compile("(\\w[\\w+.-]*)://[^\\s,;)\\]}'\"]+");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(pass\\w*|secret|token|authorization|api[-_]?key|credentials?)(\\s*[=:]\\s*)(?:(?:bearer|basic)\\s+)?\\S+");

    private final Map<String, Counts> counts = new ConcurrentHashMap<>();

    /**
     * A failure of a route. Its text is short and has no addresses, because addresses can contain keys.
     *
     * @param at when the exchange failed
     * @param type the class of the exception
     * @param message its message; null without one
     */
    record Failure(Instant at, String type, String message) {

        static Failure of(Throwable failure) {
            return new Failure(Instant.now(), failure.getClass().getName(), safe(failure.getMessage()));
        }

        static String safe(String message) {
            if (message == null) {
                return null;
            }
            // The pattern checks the text before an address once for each of its characters.
            String start = message.substring(0, Math.min(message.length(), 4 * LONGEST_MESSAGE));
            String bare = ADDRESS.matcher(start).replaceAll("$1://…");
            bare = SECRET.matcher(bare)
                    .replaceAll("$1$2…")
                    .replaceAll("\\s+", " ")
                    .strip();
            // JSON has no half of a surrogate pair, which a cut can leave.
            String whole = ColumnText.of(bare, LONGEST_MESSAGE);
            return bare.length() > LONGEST_MESSAGE ? whole + "…" : whole;
        }
    }

    /** Returns the counts of one route. They continue when another route with the same id replaces it. */
    static final class Counts extends RoutePolicySupport {

        private final LongAdder total = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private volatile Instant lastCompletedAt;
        private volatile Failure lastFailure;

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            total.increment();
            Throwable failure = failure(route, exchange);
            if (failure == null) {
                lastCompletedAt = Instant.now();
            } else {
                failed.increment();
                lastFailure = Failure.of(failure);
            }
        }

        long total() {
            return total.sum();
        }

        long failed() {
            return failed.sum();
        }

        Instant lastCompletedAt() {
            return lastCompletedAt;
        }

        Failure lastFailure() {
            return lastFailure;
        }

        /** A failure counts even if a policy handled it, for example with a dead letter. */
        private static Throwable failure(Route route, Exchange exchange) {
            if (exchange.getException() != null) {
                return exchange.getException();
            }
            return route.getRouteId().equals(exchange.getProperty(Exchange.FAILURE_ROUTE_ID))
                    ? exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)
                    : null;
        }
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String routeId, NamedNode route) {
        return of(routeId);
    }

    Counts of(String routeId) {
        return counts.computeIfAbsent(routeId, id -> new Counts());
    }
}
