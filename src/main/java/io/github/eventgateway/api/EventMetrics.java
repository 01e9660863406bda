package io.github.eventgateway.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Counts incoming events: {@code gateway.events.received} by type and outcome. A request that is rejected before its
 * events are read counts as one event. Any thread.
 */
@Component
public class EventMetrics {

    private final Meter.MeterProvider<Counter> received;

    public EventMetrics(MeterRegistry meters) {
        this.received = Counter.builder("gateway.events.received")
                .description("Received events by type and outcome; the outcome of a rejected event is "
                        + "its reason, and it has no type")
                .withRegistry(meters);
    }

    /** Counts an event that Kafka has. */
    public void accepted(String type) {
        accepted(type, 1);
    }

    /** Counts events of one type that Kafka has. */
    public void accepted(String type, int count) {
        counter(type, "accepted").increment(count);
    }

    /** Counts a rejected event. The type of an invalid event is not a tag, because it could have any value. */
    public void rejected(Reason reason) {
        rejected(reason, 1);
    }

    /** Counts events that are rejected for one reason. */
    public void rejected(Reason reason, int count) {
        counter("", reason.name()).increment(count);
    }

    /**
     * Returns the result of reading an event. If it fails, this method counts a rejected event and passes the failure
     * on.
     */
    public <T> T counted(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (GatewayException e) {
            rejected(e.reason());
            throw e;
        }
    }

    private Counter counter(String type, String outcome) {
        return received.withTags("type", type, "outcome", outcome);
    }
}
