package io.github.eventgateway.kafka;

import io.github.eventgateway.event.Timestamps;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * A Kafka record with all its bytes.
 *
 * @param topic the topic it was read from
 * @param partition its partition
 * @param offset its offset
 * @param timestamp its timestamp in milliseconds since 1970, -1 if it has none
 * @param key its key, or null
 * @param value its value, or null
 * @param headers its headers, in order, duplicates included
 */
public record PolledRecord(
        String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {

    /** Replaces each negative timestamp, which means no timestamp, with -1. Ids are derived from timestamps. */
    public PolledRecord {
        timestamp = Math.max(-1, timestamp);
    }

    /** Returns the position, {@code topic/partition/offset}. */
    public String place() {
        return topic + "/" + partition + "/" + offset;
    }

    /**
     * Returns when Kafka received a record with this timestamp. Returns the current time if the timestamp is missing or
     * outside the range of events and databases.
     */
    public static Instant receivedAt(long timestamp) {
        return isDated(timestamp) ? Instant.ofEpochMilli(timestamp) : Instant.now();
    }

    /** Returns whether this timestamp exists, and is in the range of events and databases. */
    public static boolean isDated(long timestamp) {
        return timestamp >= 0 && timestamp <= Timestamps.LATEST.toEpochMilli();
    }
}
