package io.github.eventgateway.handle;

import io.github.eventgateway.deadletter.ConsumingRoute;
import io.github.eventgateway.deadletter.DeadLetterReasons;
import io.github.eventgateway.deadletter.RejectedRecord;
import io.github.eventgateway.kafka.PolledBatch;
import io.github.eventgateway.kafka.PolledRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/**
 * Makes dead letters of events that a handler gave up, and remembers them until their offsets are committed. If a step
 * after the dead letter fails, the batch is read again: the event then gets its dead letter again, but the handler does
 * not get it. The memory is lost when the gateway ends. Thread-safe.
 */
@Component("abandonedEvents")
public class AbandonedEvents {

    private final Map<Partition, NavigableMap<Long, RejectedRecord>> events = new ConcurrentHashMap<>();

    /**
     * Throws if the handler has given up this event before. The first step in the {@code doTry} of a handler.
     *
     * @throws IllegalStateException if it has
     */
    public void refuse(SelectedEvent event, String group) {
        if (earlier(event.record(), group) != null) {
            throw new IllegalStateException("The handler gave up this event before");
        }
    }

    /**
     * Makes the failure of another route one of this route. The first step in the {@code doCatch} of a handler. The
     * error handler of the other route has marked the exchange as handled. Without this step Camel would then retry no
     * further step, not even the dead letter (measured on Camel 4.22.0).
     */
    public void takeOver(Exchange exchange) {
        exchange.getExchangeExtension().setFailureHandled(false);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
    }

    /**
     * Returns the event as a dead letter. It has the status of the webhook's answer, but none of its text. If the
     * handler gave up the event before, this is the earlier dead letter.
     *
     * @param redeliveries how often the failed step was tried again; null for never
     */
    public List<RejectedRecord> reject(
            SelectedEvent event, Exception failure, String group, String route, Integer redeliveries) {
        PolledRecord record = event.record();
        RejectedRecord rejected = earlier(record, group);
        if (rejected == null) {
            int attempts = 1 + (redeliveries == null ? 0 : redeliveries);
            rejected = new RejectedRecord(
                    record,
                    new ConsumingRoute(group, route),
                    DeadLetterReasons.HANDLER_FAILED,
                    failure.getClass().getName(),
                    message(failure),
                    attempts);
            events.computeIfAbsent(Partition.of(record, group), partition -> new ConcurrentSkipListMap<>())
                    .put(record.offset(), rejected);
        }
        return List.of(rejected);
    }

    /** Forgets the events before the first record of each partition of this batch: their offsets are committed. */
    void forgetBefore(PolledBatch batch, String group) {
        Map<Partition, Long> first = new HashMap<>();
        batch.records().forEach(record -> first.merge(Partition.of(record, group), record.offset(), Math::min));
        first.forEach((partition, offset) -> events.computeIfPresent(partition, (same, ofPartition) -> {
            ofPartition.headMap(offset).clear();
            return ofPartition.isEmpty() ? null : ofPartition;
        }));
    }

    private RejectedRecord earlier(PolledRecord record, String group) {
        NavigableMap<Long, RejectedRecord> ofPartition = events.get(Partition.of(record, group));
        RejectedRecord rejected = ofPartition == null ? null : ofPartition.get(record.offset());
        return rejected != null && isSame(rejected.record(), record) ? rejected : null;
    }

    /** Returns whether this is the same record, and not one of a topic that was created again. */
    private static boolean isSame(PolledRecord earlier, PolledRecord record) {
        return earlier.timestamp() == record.timestamp() && Arrays.equals(earlier.value(), record.value());
    }

    private static String message(Exception failure) {
        if (failure instanceof HttpOperationFailedException http) {
            return "the webhook answered " + http.getStatusCode();
        }
        return failure instanceof WebhookException ? "the webhook gave no answer" : "a step of the handler failed";
    }

    private record Partition(String group, String topic, int number) {

        private static Partition of(PolledRecord record, String group) {
            return new Partition(group, record.topic(), record.partition());
        }
    }
}
