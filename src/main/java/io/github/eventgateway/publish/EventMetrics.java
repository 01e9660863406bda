package io.github.eventgateway.publish;

import io.github.eventgateway.api.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Counts events at the door: {@code gateway.events.received} by type and outcome. Any thread. */
@Component
class EventMetrics {

    private static final String RECEIVED = "gateway.events.received";

    private final MeterRegistry meters;
    private final Map<String, Counter> accepted = new ConcurrentHashMap<>();

    EventMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void accepted(String type) {
        accepted(type, 1);
    }

    void accepted(String type, int count) {
        Counter counter = accepted.get(type);
        if (counter == null) {
            counter = accepted.computeIfAbsent(type, name -> counter(name, "accepted"));
        }
        counter.increment(count);
    }

    /** A refused event has no type that could be trusted to be one of a few. */
    void rejected(Reason reason) {
        counter("", reason.name()).increment();
    }

    private Counter counter(String type, String outcome) {
        return Counter.builder(RECEIVED)
                .description("Events by type and outcome; a refused one has no type, its outcome is the reason")
                .tag("type", type)
                .tag("outcome", outcome)
                .register(meters);
    }
}
