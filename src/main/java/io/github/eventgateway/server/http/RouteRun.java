package io.github.eventgateway.server.http;

import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs the route of one request, and passes its end to the request. Any thread. */
final class RouteRun {

    private static final Logger LOG = LoggerFactory.getLogger(RouteRun.class);

    private final RoutedRequest call;
    private final Verb verb;
    private final VerbConsumer route;
    private final String requestId;
    private final RefusalLog refusals;

    RouteRun(RoutedRequest call, Verb verb, VerbConsumer route, String requestId, RefusalLog refusals) {
        this.call = call;
        this.verb = verb;
        this.route = route;
        this.requestId = requestId;
        this.refusals = refusals;
    }

    /** Runs the route up to its first wait. The thread that ends the last wait passes on the end. */
    void start(Exchange exchange) throws Exception {
        route.createUoW(exchange);
        route.getAsyncProcessor().process(exchange, doneSync -> done(exchange));
    }

    private void done(Exchange exchange) {
        MDC.put(RequestId.MDC_KEY, requestId);
        try {
            Exception failure = exchange.getException();
            if (failure == null) {
                call.answer(exchange.getMessage());
            } else {
                FatalErrors.endOn(failure);
                GatewayException known = Failures.of(failure);
                log(exchange, known.reason(), failure);
                call.refuse(known);
            }
        } catch (RuntimeException | Error e) {
            call.failUnexpectedly(e);
        } finally {
            route.doneUoW(exchange);
            route.releaseExchange(exchange, false);
            MDC.remove(RequestId.MDC_KEY);
        }
    }

    /** An operator needs the failed step. The log must not contain the content of an event. */
    private void log(Exchange exchange, Reason reason, Exception failure) {
        String step = exchange.getExchangeExtension().getHistoryNodeSource();
        if (reason == Reason.INTERNAL_ERROR) {
            String place = step == null ? "" : " at " + step;
            LOG.error("{} {} failed{}", verb.method(), verb.pattern(), place, failure);
        } else if (reason.isTemporary()) {
            refusals.refused(verb.action(), reason, step);
        }
    }
}
