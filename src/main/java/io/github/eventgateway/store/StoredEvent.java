package io.github.eventgateway.store;

import io.github.eventgateway.kafka.PolledRecord;
import java.time.Instant;

/**
 * What the table holds under an id.
 *
 * @param topic the topic of the record that the event was read from
 * @param partition the record's partition
 * @param offset the record's offset
 * @param receivedAt when the gateway, or Kafka, took it
 * @param payload the whole event as JSON
 */
record StoredEvent(String topic, int partition, long offset, Instant receivedAt, String payload) {

    /** Whether it was read from the record that this row was read from. */
    boolean isOfTheRecordOf(EventRow row) {
        PolledRecord record = row.record();
        return topic.equals(record.topic())
                && partition == record.partition()
                && offset == record.offset()
                && receivedAt.equals(row.receivedAt());
    }
}
