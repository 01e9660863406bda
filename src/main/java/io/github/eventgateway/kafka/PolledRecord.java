package io.github.eventgateway.kafka;

import io.github.eventgateway.event.Timestamps;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * A record as it lies in Kafka, every byte of it.
 *
 * @param topic the topic it was read from
 * @param partition its partition
 * @param offset its offset
 * @param timestamp its timestamp in milliseconds since 1970, negative if it has none
 * @param key its key, or null
 * @param value its value, or null
 * @param headers its headers, in order, duplicates included
 */
public record PolledRecord(
        String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {

    /** Where it lies, {@code topic/partition/offset}. */
    public String place() {
        return topic + "/" + partition + "/" + offset;
    }

    /** When Kafka took a record of this timestamp; now where it is none, or one that no event and no database can have. */
    public static Instant receivedAt(long timestamp) {
        return timestamp < 0 || timestamp > Timestamps.LATEST.toEpochMilli()
                ? Instant.now()
                : Instant.ofEpochMilli(timestamp);
    }
}
