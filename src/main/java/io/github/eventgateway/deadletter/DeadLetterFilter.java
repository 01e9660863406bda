package io.github.eventgateway.deadletter;

import io.github.eventgateway.query.Selection;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Message;

/**
 * A condition for dead letters, composed of the constants below only, and the values of its parameters.
 *
 * @param condition SQL that begins with WHERE
 * @param values the values by the names in the condition
 */
record DeadLetterFilter(String condition, Map<String, Object> values) {

    static final Set<String> NAMES = Set.of("topic", "group", "reason", "cause", "status", "origin", "from", "to");

    private static final int LONGEST_VALUE = 255;
    private static final String STATUS = "status";
    private static final String COUNT = "SELECT COUNT(*) AS matched FROM dead_letter";

    /** For callers a dead letter with a running replay is still open. */
    private static final Map<String, String> STATUSES = Map.of(
            "open", "status IN ('open', 'replaying')",
            "replayed", "status = 'replayed'",
            "discarded", "status = 'discarded'",
            "erased", "status = 'erased'");

    /** Sets the SQL that counts these dead letters as the body, and its parameters as {@code jdbc:} expects them. */
    void prepareCount(Message message) {
        Selection.prepare(message, COUNT + condition, values);
    }

    /** Narrows a selection of dead letters by the parameters in {@link #NAMES}. */
    static void narrow(Selection letters) {
        letters.equal("topic", "source_topic", LONGEST_VALUE);
        letters.equal("group", "consumer_group", LONGEST_VALUE);
        if (isReason(letters)) {
            letters.equal("reason", "reason", LONGEST_VALUE);
        }
        narrowFurther(letters);
    }

    /**
     * Narrows a selection by the same parameters except {@code origin}. An index contains all of them, so that no dead
     * letter is read.
     */
    static void narrowByCause(Selection letters) {
        ofCause(letters, "topic", "topic");
        ofCause(letters, "group", "consumer_group");
        if (isReason(letters)) {
            ofCause(letters, "reason", "reason");
        }
        narrowFurther(letters);
    }

    /** Returns whether a dead letter can have the reason, or adds a fault. */
    private static boolean isReason(Selection letters) {
        String reason = letters.value("reason");
        boolean known = reason == null || DeadLetterReasons.ALL.contains(reason);
        if (!known) {
            letters.addFault("reason", "must be one of " + String.join(", ", DeadLetterReasons.ALL));
        }
        return known;
    }

    private static void ofCause(Selection letters, String name, String column) {
        String value = letters.text(name, LONGEST_VALUE);
        if (value != null) {
            letters.where(
                    "cause IN (SELECT cause FROM dead_letter_cause WHERE " + column + " = :?" + name + ")",
                    Map.of(name, value));
        }
    }

    private static void narrowFurther(Selection letters) {
        String cause = letters.value("cause");
        Long id = cause == null ? null : DeadLetterCause.id(cause);
        if (id != null) {
            letters.where("cause = :?cause", Map.of("cause", id));
        } else if (cause != null) {
            letters.addFault("cause", "must be the cause of an item of GET /api/dead-letters/summary");
        }
        letters.equal("origin", "origin", DeadLetter.LONGEST_ORIGIN);
        String status = letters.value(STATUS);
        if (status != null && !STATUSES.containsKey(status)) {
            letters.addFault(STATUS, "must be open, replayed, discarded or erased");
        } else if (status != null) {
            letters.where(STATUSES.get(status), Map.of());
        }
        letters.time("from", "failed_at >= :?from");
        letters.time("to", "failed_at < :?to");
    }

    /** Returns the selection. Without a status in the request it finds only open dead letters. */
    static DeadLetterFilter openOrAsAsked(Selection letters) {
        if (letters.value(STATUS) == null) {
            letters.where(STATUSES.get("open"), Map.of());
        }
        return new DeadLetterFilter(letters.clause(), letters.values());
    }
}
