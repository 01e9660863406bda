package io.github.eventgateway.deadletter;

/** Names of the exchange properties that the routes of dead letters set. */
final class DeadLetterProperties {

    /** The request of a bulk replay or discard; a {@link BulkReplay} or a {@link BulkDiscard}. */
    static final String BULK = "bulk";

    /** The progress of a bulk replay or discard; a {@link ReplayTally} or a {@link DiscardTally}. */
    static final String TALLY = "tally";

    /** The row of one dead letter, by column. */
    static final String DEAD_LETTER = "deadLetter";

    private DeadLetterProperties() {}
}
