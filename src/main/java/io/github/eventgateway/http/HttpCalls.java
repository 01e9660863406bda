package io.github.eventgateway.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.audit.AuditTrail;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/**
 * Lets requests in, a bounded number and a bounded number of bytes at once, and none while the gateway starts
 * or stops. Any thread.
 */
@Component
class HttpCalls {

    private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);

    private final HttpSettings settings;
    private final AnswerWriter answers;
    private final RateLimits limits;
    private final AuditTrail audit;
    private final RefusalLog refusals = new RefusalLog(System::nanoTime);
    private final Semaphore requests;
    private final Semaphore bytes;
    private volatile Reason absence = Reason.STARTING;

    HttpCalls(HttpSettings settings, AnswerWriter answers, RateLimits limits, AuditTrail audit, MeterRegistry meters) {
        this.settings = settings;
        this.answers = answers;
        this.limits = limits;
        this.audit = audit;
        this.requests = new Semaphore(settings.maxInFlightRequests());
        this.bytes = new Semaphore(settings.maxInFlightBytes());
        Gauge.builder("gateway.http.in.flight", this, HttpCalls::inFlight)
                .description("Requests that are under way")
                .register(meters);
    }

    /** Serves a request that meets this verb; returns at once, the answer follows when its route ends. */
    void serve(VerbTable.Match match, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!limits.admits(SecurityContextHolder.getContext().getAuthentication(), request, response)) {
            return;
        }
        if (!requests.tryAcquire()) {
            answers.writeFailure(request, response, new GatewayException(Reason.OVERLOADED));
            return;
        }
        // asked after it was counted, so that a stop either waits for it or is seen here
        Reason reason = absence;
        if (reason != null) {
            requests.release();
            answers.writeFailure(request, response, new GatewayException(reason));
        } else {
            HttpCall call = new HttpCall(match, request, response, this);
            call.run();
        }
    }

    /** Why no verb is served just now: the gateway starts or stops, and its verbs are not there yet or no more. */
    Optional<Reason> absence() {
        return Optional.ofNullable(absence);
    }

    HttpSettings settings() {
        return settings;
    }

    AuditTrail audit() {
        return audit;
    }

    AnswerWriter answers() {
        return answers;
    }

    RefusalLog refusals() {
        return refusals;
    }

    boolean reserve(int count) {
        return bytes.tryAcquire(count);
    }

    void finished(int reservedBytes) {
        bytes.release(reservedBytes);
        requests.release();
    }

    private int inFlight() {
        return settings.maxInFlightRequests() - requests.availablePermits();
    }

    /** Every route runs by now; before, a verb may be there whose route is not. */
    @EventListener
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void start(ApplicationReadyEvent event) {
        absence = null;
    }

    /**
     * The first thing of a stop, before any route or the server stops: refuses new requests, and waits for those under
     * way, so that none is cut off after its event was taken.
     */
    @EventListener
    void stop(ContextClosedEvent event) {
        absence = Reason.STOPPING;
        try {
            boolean idle = requests.tryAcquire(
                    settings.maxInFlightRequests(), settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (idle) {
                requests.release(settings.maxInFlightRequests());
            } else {
                LOG.warn(
                        "{} requests are still under way after {}; stopping without them",
                        inFlight(),
                        settings.stopTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
