package io.github.eventgateway.publish;

import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts incoming events: {@code gateway.events.received} by type and outcome. Any thread. */
@Component
class EventMetrics {

    private final Meter.MeterProvider<Counter> received;

    EventMetrics(MeterRegistry meters) {
        this.received = Counter.builder("gateway.events.received")
                .description("Received events by type and outcome; the outcome of a rejected event is "
                        + "its reason, and it has no type")
                .withRegistry(meters);
    }

    void accepted(String type) {
        accepted(type, 1);
    }

    void accepted(String type, int count) {
        counter(type, "accepted").increment(count);
    }

    /** The type of an invalid event is not a tag, because it could have any value. */
    void rejected(Reason reason) {
        counter("", reason.name()).increment();
    }

    private Counter counter(String type, String outcome) {
        return received.withTags("type", type, "outcome", outcome);
    }
}
