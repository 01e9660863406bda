package io.github.eventgateway.publish;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import io.github.eventgateway.event.Event;
import io.github.eventgateway.kafka.RecordMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.camel.Message;

/**
 * The events of one batch request by their index. The iterator returns the records to send. It stops at the first
 * record that the Kafka client rejects immediately, because each further send would block as long.
 */
final class EventBatch implements Iterable<Message> {

    private final List<Entry> entries = new ArrayList<>();
    private final List<RejectedEvent> rejected = new ArrayList<>();

    /** A valid event and its record. */
    record Entry(int index, String id, String type, RecordMessage message) {}

    /** An event that is not sent, with its error. */
    record RejectedEvent(int index, String id, Reason reason, List<Violation> details) {}

    void add(int index, Event event, RecordMessage message) {
        entries.add(new Entry(index, event.id(), event.type(), message));
    }

    void reject(int index, String id, GatewayException failure) {
        // The stack traces of ten thousand failures would need more memory than the request.
        rejected.add(new RejectedEvent(index, id, failure.reason(), failure.details()));
    }

    int size() {
        return entries.size() + rejected.size();
    }

    /** Returns whether the batch has no event to send. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns the id of each event in order; null if the event could not be read. */
    List<String> ids() {
        String[] ids = new String[size()];
        entries.forEach(entry -> ids[entry.index()] = entry.id());
        rejected.forEach(one -> ids[one.index()] = one.id());
        return Arrays.asList(ids);
    }

    List<Entry> entries() {
        return entries;
    }

    List<RejectedEvent> rejected() {
        return rejected;
    }

    @Override
    public Iterator<Message> iterator() {
        return new Records();
    }

    private final class Records implements Iterator<Message> {

        private int next;

        @Override
        public boolean hasNext() {
            return next < entries.size() && !previousFailed();
        }

        @Override
        public Message next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return entries.get(next++).message();
        }

        private boolean previousFailed() {
            if (next == 0) {
                return false;
            }
            RecordMessage previous = entries.get(next - 1).message();
            return previous.isSettled() && previous.acknowledged() == null;
        }
    }
}
