package io.github.eventgateway.store;

import io.github.eventgateway.kafka.PolledRecord;
import java.time.Instant;

/**
 * The stored row of an id.
 *
 * @param topic the topic of its record
 * @param partition the partition of the record
 * @param offset the offset of the record
 * @param receivedAt when the gateway, or Kafka, received it
 * @param publisher the subject of the token that published it; null if no gateway proves it
 * @param payload the complete event as JSON
 */
record StoredEvent(String topic, int partition, long offset, Instant receivedAt, String publisher, String payload) {

    /** Returns whether both rows come from the same record. */
    boolean isOfTheRecordOf(EventRow row) {
        PolledRecord record = row.record();
        return topic.equals(record.topic())
                && partition == record.partition()
                && offset == record.offset()
                && receivedAt.equals(row.receivedAt());
    }
}
