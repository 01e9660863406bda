package io.github.eventgateway.store;

import io.github.eventgateway.database.ColumnTime;
import io.github.eventgateway.kafka.PolledRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    /** Returns the row with the columns {@link EventColumns#OF_STORED}. */
    static StoredEvent of(ResultSet rows) throws SQLException {
        return new StoredEvent(
                rows.getString("topic"),
                rows.getInt("kafka_partition"),
                rows.getLong("kafka_offset"),
                ColumnTime.of(rows.getObject("received_at")),
                rows.getString("publisher"),
                rows.getString("payload"));
    }

    /** Returns whether both rows come from the same record. */
    boolean isOfTheRecordOf(EventRow row) {
        PolledRecord record = row.record();
        return topic.equals(record.topic())
                && partition == record.partition()
                && offset == record.offset()
                && receivedAt.equals(row.receivedAt());
    }
}
