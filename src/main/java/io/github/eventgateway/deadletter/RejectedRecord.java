package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A record that a consumer could not process, exactly as Kafka had it, and why. The message must not repeat the
 * record's content, since it goes into logs.
 *
 * @param topic the topic that it was consumed from
 * @param partition the partition that it was consumed from
 * @param offset the offset that it was consumed at
 * @param timestamp its own timestamp, in milliseconds since 1970; -1 where it has none
 * @param key its key; may be null
 * @param value its value; may be null
 * @param headers its headers, all of them, in their order
 * @param reason an upper-case word: {@code MALFORMED_JSON}, {@code CONSTRAINT_VIOLATED}, {@code HANDLER_FAILED}, …
 * @param exception the class name of the exception
 * @param message what the exception said, without a stack trace; cut after {@value #MAX_MESSAGE} characters
 * @param group the consumer group that could not process it
 * @param route the id of the route that could not process it
 * @param attempts how often the route tried
 */
public record RejectedRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte[] key,
        byte[] value,
        Headers headers,
        String reason,
        String exception,
        String message,
        String group,
        String route,
        int attempts) {

    /** The longest message, in characters. */
    public static final int MAX_MESSAGE = 500;

    public RejectedRecord {
        message = message == null ? "" : message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }

    /** The record, refused for this reason and failure by this group on this route, after so many attempts. */
    public static RejectedRecord of(
            PolledRecord record,
            String reason,
            Throwable failure,
            String message,
            String group,
            String route,
            int attempts) {
        return new RejectedRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers(),
                reason,
                failure.getClass().getName(),
                message,
                group,
                route,
                attempts);
    }
}
