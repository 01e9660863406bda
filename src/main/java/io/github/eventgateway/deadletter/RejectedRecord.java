package io.github.eventgateway.deadletter;

import io.github.eventgateway.kafka.PolledRecord;

/**
 * A Kafka record that a consumer could not process, with the reason. The message must not contain content of the
 * record, because it is logged.
 *
 * @param record the record, unchanged
 * @param consumer the consumer that could not process it
 * @param reason a constant of {@link DeadLetterReasons}, or the name of a {@link io.github.eventgateway.api.Reason}
 * @param exception the class name of the exception
 * @param message the message of the exception without a stack trace, cut after {@value #MAX_MESSAGE} characters
 * @param attempts the number of attempts of the consumer
 */
public record RejectedRecord(
        PolledRecord record, ConsumingRoute consumer, String reason, String exception, String message, int attempts) {

    /** The maximum length of a message in characters. */
    public static final int MAX_MESSAGE = 500;

    public RejectedRecord {
        message = message == null ? "" : message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }

    /** Returns the record with its failure after a single attempt. */
    public static RejectedRecord of(
            PolledRecord record, ConsumingRoute consumer, String reason, Throwable failure, String message) {
        return new RejectedRecord(record, consumer, reason, failure.getClass().getName(), message, 1);
    }
}
