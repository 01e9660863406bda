package io.github.eventgateway.server.http;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.EventMetrics;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.job.Jobs;
import io.github.eventgateway.server.audit.AuditTrail;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.stereotype.Component;

/**
 * Admits requests, except while the gateway starts or stops. Each kind of calls has its own limits, so that no kind
 * uses the resources of another; {@link Bulkheads} has the kinds. Any thread.
 */
@Component
class RequestAdmission implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RequestAdmission.class);
    private static final int ANSWERING_THREADS = 2;

    private final HttpSettings settings;
    private final AnswerWriter answers;
    private final AuditTrail audit;
    private final Connections connections;
    private final Jobs jobs;
    private final EventMetrics events;
    private final JwtDecoder tokens;
    private final RefusalLog refusals = new RefusalLog(System::nanoTime);
    private final Shares addresses;
    private final BodyMemory memory;
    private final Shares bytes;
    private final Bulkheads bulkheads;
    private final AnswerStreams streams;
    private final AnswerStreams listeners;
    private final ExecutorService answering =
            Executors.newFixedThreadPool(ANSWERING_THREADS, DaemonThreads.named("answers"));
    private volatile Reason absence = Reason.STARTING;

    RequestAdmission(
            HttpSettings settings,
            AnswerWriter answers,
            AuditTrail audit,
            Connections connections,
            Jobs jobs,
            EventMetrics events,
            JwtDecoder tokens,
            MeterRegistry meters) {
        this.settings = settings;
        this.answers = answers;
        this.audit = audit;
        this.connections = connections;
        this.jobs = jobs;
        this.events = events;
        this.tokens = tokens;
        this.addresses = new Shares(Integer.MAX_VALUE, settings.maxInFlightRequestsPerAddress());
        this.memory = BodyMemory.of(settings, Runtime.getRuntime().maxMemory());
        this.bytes = new Shares(memory.total(), memory.ofOneCaller());
        this.bulkheads = new Bulkheads(settings);
        this.streams = new AnswerStreams("streams", settings.streams().threads());
        this.listeners = new AnswerStreams("listeners", settings.listeners().threads());
        Gauge.builder("gateway.http.in.flight", addresses, Shares::total)
                .description("Requests in progress")
                .register(meters);
        Gauge.builder("gateway.http.reserved", bytes, Shares::total)
                .description("Memory reserved for request bodies")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("gateway.http.connections", connections, Connections::open)
                .description("Connections of callers")
                .register(meters);
        Gauge.builder("gateway.http.unsent", connections, Connections::waitingBytes)
                .description("Bytes of answers that wait for slow callers")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Serves a request for this verb. Returns at once; the answer follows when the route ends. */
    void serve(VerbTable.Match match, HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestPermit permit = permit(match.verb(), request);
        Reason refusal = permit.take();
        if (refusal == null) {
            // Checked after the request was counted, so that a stop either waits for the request or is visible here.
            refusal = absence;
            if (refusal != null) {
                permit.leave();
            }
        }
        if (refusal != null) {
            rejectedUnread(match.verb(), refusal);
            answers.writeFailure(request, response, new GatewayException(refusal));
        } else {
            new RoutedRequest(match, request, response, permit, this).run();
        }
    }

    /** Counts a request that is rejected before its route reads it. */
    void rejectedUnread(Verb verb, Reason reason) {
        if (verb.publishes()) {
            events.rejected(reason);
        }
    }

    private RequestPermit permit(Verb verb, HttpServletRequest request) {
        Authentication token = SecurityContextHolder.getContext().getAuthentication();
        String address = IpAddress.networkOf(request.getRemoteAddr());
        String caller = token == null || token.getName() == null ? "address " + address : "subject " + token.getName();
        return new RequestPermit(verb.handler(), bulkheads.of(verb), caller, addresses, address, bytes);
    }

    /** Returns why no verb is available: the gateway starts or stops. */
    Optional<Reason> absence() {
        return Optional.ofNullable(absence);
    }

    HttpSettings settings() {
        return settings;
    }

    BodyMemory memory() {
        return memory;
    }

    JwtDecoder tokens() {
        return tokens;
    }

    AuditTrail audit() {
        return audit;
    }

    Jobs jobs() {
        return jobs;
    }

    AnswerStreams streams(Verb verb) {
        return verb.isEndless() ? listeners : streams;
    }

    AnswerWriter answers() {
        return answers;
    }

    RefusalLog refusals() {
        return refusals;
    }

    /** Runs the writing of answers whose routes ended on a thread that must not block. Its tasks never wait. */
    Executor answering() {
        return answering;
    }

    /** Marks the start as complete: every route runs. Before that a verb can exist without its route. */
    @EventListener
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void start(ApplicationReadyEvent event) {
        absence = null;
        if (memory.total() < settings.maxInFlightBytes() || memory.batch() < settings.maxBatchBytes()) {
            LOG.info(
                    "The heap is smaller than the limits in gateway.http need. The gateway limits all request bodies together to"
                            + " {} KiB, the bodies of one caller to {} KiB, and a batch to {} KiB",
                    memory.total() >> 10,
                    memory.ofOneCaller() >> 10,
                    memory.batch() >> 10);
        }
    }

    /**
     * The first step of a stop, before any route or the server stops. It rejects new requests and waits for running
     * ones, so that no event is accepted without an answer. Jobs end with their present result, and streams at their
     * position.
     */
    @EventListener
    void stop(ContextClosedEvent event) {
        absence = Reason.STOPPING;
        jobs.stopAll();
        streams.stop();
        listeners.stop();
        try {
            if (!addresses.awaitNone(settings.stopTimeout().toMillis())) {
                LOG.warn(
                        "{} requests are still in progress after {}. The gateway stops without them",
                        addresses.total(),
                        settings.stopTimeout());
            }
            connections.awaitSent(settings.stopTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void destroy() {
        bulkheads.stop();
        streams.destroy();
        listeners.destroy();
        answering.shutdown();
    }
}
