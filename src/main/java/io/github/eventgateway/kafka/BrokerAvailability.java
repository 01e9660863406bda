package io.github.eventgateway.kafka;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The circuit breaker of publishing. After Kafka fails to accept an event, further events fail at once and not each
 * after a timeout. A background check then looks for the topics and their leaders, and the breaker closes after one
 * event succeeds. It starts open, so that no event reaches a topic before the gateway has created it correctly. Any
 * thread; no method blocks.
 */
@Component
public class BrokerAvailability {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerAvailability.class);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

    /**
     * The delay before the next check after a trial failed although the topics were available. It doubles up to the
     * second value.
     */
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    private static final Duration LAST_DELAY = Duration.ofSeconds(8);

    /**
     * After this time without a result, for example because the route failed before it sent, another trial may begin.
     */
    private static final Duration TRIAL_LIMIT = Duration.ofSeconds(10);

    private enum Phase {
        DISABLED,
        STARTING,
        CLOSED,
        OPEN,
        HALF_OPEN,
        TRIAL
    }

    /**
     * @param trials the number of consecutive failed trials
     */
    private record State(Phase phase, int trials, long sinceNanos) {

        State(Phase phase) {
            this(phase, 0);
        }

        State(Phase phase, int trials) {
            this(phase, trials, System.nanoTime());
        }

        boolean isDue() {
            long delay =
                    trials == 0 ? 0 : Math.min(LAST_DELAY.toNanos(), FIRST_DELAY.toNanos() << Math.min(trials - 1, 10));
            return System.nanoTime() - sinceNanos >= delay;
        }
    }

    private final KafkaAdmin admin;
    private final CatalogueTopics topics;
    private final AtomicReference<State> state;
    private CompletableFuture<List<String>> probe = CompletableFuture.completedFuture(List.of());

    BrokerAvailability(KafkaAdmin admin, CatalogueTopics topics, MeterRegistry meters) {
        this.admin = admin;
        this.topics = topics;
        this.state = new AtomicReference<>(new State(admin.isEnabled() ? Phase.STARTING : Phase.DISABLED));
        Gauge.builder("gateway.kafka.available", this, availability -> availability.isAvailable() ? 1 : 0)
                .description("1 while the gateway sends events to Kafka, 0 while it rejects them at once")
                .register(meters);
    }

    @PostConstruct
    void watch() {
        admin.every(PROBE_INTERVAL, this::look);
    }

    /**
     * Call this before a send. After it returns, {@link #succeeded} or {@link #failed} must be called with the outcome.
     *
     * @throws GatewayException {@code KAFKA_UNAVAILABLE} while Kafka accepts no events, {@code KAFKA_DISABLED} if it is
     *     switched off
     */
    public void check() {
        State now = state.get();
        if (now.phase == Phase.CLOSED) {
            return;
        }
        if (now.phase == Phase.HALF_OPEN && state.compareAndSet(now, new State(Phase.TRIAL, now.trials))) {
            return;
        }
        throw new GatewayException(now.phase == Phase.DISABLED ? Reason.KAFKA_DISABLED : Reason.KAFKA_UNAVAILABLE);
    }

    /** Returns whether {@link #check} would allow a send now. */
    public boolean isAvailable() {
        Phase phase = state.get().phase;
        return phase == Phase.CLOSED || phase == Phase.HALF_OPEN;
    }

    /** Returns why events fail at once, as a sentence without its full stop; empty if they do not. */
    public Optional<String> problem() {
        Phase phase = state.get().phase;
        return phase == Phase.OPEN || phase == Phase.TRIAL
                ? Optional.of(
                        "Kafka does not accept events. The gateway rejects events until Kafka " + "accepts them again")
                : Optional.empty();
    }

    /** Records that Kafka acknowledged a send. */
    public void succeeded() {
        State now = state.get();
        if (now.phase == Phase.TRIAL && state.compareAndSet(now, new State(Phase.CLOSED))) {
            LOG.info("Kafka accepts events again");
        }
    }

    /** Records that a send failed. Only a failure that shows that Kafka is unavailable opens the breaker. */
    public void failed(Throwable failure) {
        boolean outage = isOutage(failure);
        State now = state.get();
        while (now.phase == Phase.TRIAL || outage && (now.phase == Phase.CLOSED || now.phase == Phase.HALF_OPEN)) {
            int trials = now.phase == Phase.TRIAL ? now.trials + 1 : 0;
            if (state.compareAndSet(now, outage ? new State(Phase.OPEN, trials) : new State(Phase.HALF_OPEN))) {
                if (now.phase == Phase.CLOSED) {
                    LOG.warn(
                            "Kafka does not accept events ({}). The gateway rejects events until Kafka "
                                    + "accepts them again",
                            reason(failure));
                }
                return;
            }
            now = state.get();
        }
    }

    /** Records that every partition of the topics has a leader. The first events may now be sent. */
    void topicsFound() {
        State now = state.get();
        if (now.phase == Phase.STARTING) {
            state.compareAndSet(now, new State(Phase.CLOSED));
        }
    }

    /** Checks whether Kafka is available again. Only on the thread of the scheduler. */
    private void look() {
        State now = state.get();
        if (now.phase == Phase.TRIAL && System.nanoTime() - now.sinceNanos > TRIAL_LIMIT.toNanos()) {
            state.compareAndSet(now, new State(Phase.HALF_OPEN, now.trials));
        } else if ((now.phase == Phase.OPEN && now.isDue() || now.phase == Phase.STARTING) && probe.isDone()) {
            probe = topics.problems();
            probe.thenAccept(problems -> {
                if (problems.isEmpty()) {
                    state.compareAndSet(
                            now,
                            now.phase == Phase.STARTING
                                    ? new State(Phase.CLOSED)
                                    : new State(Phase.HALF_OPEN, now.trials));
                }
            });
        }
    }

    private static String reason(Throwable failure) {
        return KafkaFailures.isRefusedLogin(failure) ? KafkaFailures.sentence(failure) : failure.toString();
    }

    private static boolean isOutage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof AuthenticationException
                    || cause instanceof ClusterAuthorizationException
                    || cause instanceof java.util.concurrent.TimeoutException
                    || cause instanceof KafkaException && cause.getCause() instanceof ConfigException) {
                return true;
            }
        }
        return false;
    }
}
