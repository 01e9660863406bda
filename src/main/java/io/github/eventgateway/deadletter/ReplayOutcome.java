package io.github.eventgateway.deadletter;

/**
 * The outcome of a request to replay one dead letter.
 *
 * @param kind the outcome as a word
 * @param detail a sentence; may be null
 * @param failure the cause of a failure; null without one
 * @param repair the change; null without a repair
 */
record ReplayOutcome(Kind kind, String detail, Exception failure, Repair repair) implements ClaimResult {

    enum Kind {
        REPLAYED,
        REPAIRED,
        SKIPPED,
        NOT_FOUND,
        NOT_OPEN,
        REFUSED,
        FAILED
    }

    static ReplayOutcome of(Kind kind, String detail) {
        return new ReplayOutcome(kind, detail, null, null);
    }

    /** Returns the word for the history and the answer. */
    String word() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
