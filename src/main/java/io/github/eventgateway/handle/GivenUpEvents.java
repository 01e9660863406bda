package io.github.eventgateway.handle;

import io.github.eventgateway.kafka.PolledRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events that handlers of this gateway gave up and whose offsets may be uncommitted. A failed commit makes the
 * consumer read their records again. Any thread.
 */
final class GivenUpEvents {

    /** More than any batch of a handler has, so that an uncommitted one is not forgotten. */
    private static final int MOST = 10_000;

    private final Map<Place, Failure> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Failure> eldest) {
            return size() > MOST;
        }
    };

    /** Where a consumer group read a record. The timestamp tells a topic from one that was created again. */
    private record Place(String group, String topic, int partition, long offset, long timestamp) {

        static Place of(PolledRecord record, String group) {
            return new Place(group, record.topic(), record.partition(), record.offset(), record.timestamp());
        }
    }

    /**
     * The reason why an event was given up.
     *
     * @param attempts the number of attempts of the handler
     */
    record Failure(Exception exception, int attempts) {}

    /** Returns why the handler of this group gave up this record; null if it did not. */
    synchronized Failure find(PolledRecord record, String group) {
        return failures.get(Place.of(record, group));
    }

    /** Keeps the failure, and returns the first one of this record. */
    synchronized Failure add(PolledRecord record, String group, Failure failure) {
        Failure first = failures.putIfAbsent(Place.of(record, group), failure);
        return first == null ? failure : first;
    }

    /** Forgets these records, because they are committed. */
    synchronized void forget(List<PolledRecord> records, String group) {
        if (!failures.isEmpty()) {
            records.forEach(record -> failures.remove(Place.of(record, group)));
        }
    }
}
