package io.github.eventgateway.deadletter;

/**
 * What became of a request to replay one dead letter.
 *
 * @param kind in a word
 * @param detail in a sentence; may be null
 * @param failure why it failed; null where it did not
 * @param repair what was changed; null where nothing was
 */
record ReplayOutcome(Kind kind, String detail, Exception failure, Repair repair) {

    enum Kind {
        REPLAYED,
        REPAIRED,
        SKIPPED,
        NOT_OPEN,
        REFUSED,
        FAILED
    }

    static ReplayOutcome of(Kind kind, String detail) {
        return new ReplayOutcome(kind, detail, null, null);
    }

    /** The word of the history and of the answer. */
    String word() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
