package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;
import org.apache.kafka.common.header.Headers;

/**
 * An unchanged Kafka record that a consumer could not process, with the reason. The message must not contain content of
 * the record, because it is logged.
 *
 * @param topic the topic of the record
 * @param partition the partition of the record
 * @param offset the offset of the record
 * @param timestamp its own timestamp in milliseconds since 1970; -1 if it has none
 * @param key its key; may be null
 * @param value its value; may be null
 * @param headers all its headers in order
 * @param reason an upper-case word: {@code MALFORMED_JSON}, {@code CONSTRAINT_VIOLATED}, {@code HANDLER_FAILED}, …
 * @param exception the class name of the exception
 * @param message the message of the exception without a stack trace, cut after {@value #MAX_MESSAGE} characters
 * @param group the consumer group that could not process it
 * @param route the id of the route that could not process it
 * @param attempts the number of attempts of the route
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

    /** The maximum length of a message in characters. */
    public static final int MAX_MESSAGE = 500;

    public RejectedRecord {
        message = message == null ? "" : message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }

    /** Returns the record with the reason, the failure, the group, the route and the number of attempts. */
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
