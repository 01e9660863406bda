package io.github.eventgateway.deadletter;

import io.github.eventgateway.api.Reason;
import java.util.Set;
import java.util.TreeSet;

/** The reasons of dead letters. Those of invalid events are the same as in the answers to callers. */
public final class DeadLetterReasons {

    /** The id of the event belongs to a different, stored event. */
    public static final String ID_CONFLICT = "ID_CONFLICT";
    /** The row violates a constraint of the database. */
    public static final String CONSTRAINT_VIOLATED = "CONSTRAINT_VIOLATED";
    /** The database rejects the row, but accepts other rows. */
    public static final String ROW_REFUSED = "ROW_REFUSED";
    /** A handler has failed after all its attempts. */
    public static final String HANDLER_FAILED = "HANDLER_FAILED";
    /** The record in the dead-letter topic does not have the headers of a dead letter. */
    public static final String UNKNOWN = "UNKNOWN";

    /** All reasons that gateways write, in alphabetical order. */
    static final Set<String> ALL = new TreeSet<>(Set.of(
            Reason.MALFORMED_JSON.name(),
            Reason.UNKNOWN_EVENT_TYPE.name(),
            Reason.EVENT_INVALID.name(),
            Reason.TOO_LARGE.name(),
            ID_CONFLICT,
            CONSTRAINT_VIOLATED,
            ROW_REFUSED,
            HANDLER_FAILED,
            UNKNOWN));

    private DeadLetterReasons() {}
}
