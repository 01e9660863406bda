package io.github.eventgateway.store;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** Whose fault it is that rows could not be inserted, as far as the SQLState tells (ISO/IEC 9075, PostgreSQL's appendix A). */
enum RowFault {
    /** Another row has what must be unique: the row's, whatever else the table takes. */
    COLLISION,
    /** A value that the column does not take, or a constraint: the row's, unless the table takes no others either. */
    OF_THE_ROW,
    /**
     * The row's or the database's: a trigger that raises an exception, a limit such as the size of an index row, a
     * permission, a table that is missing. Whether other rows can be written tells.
     */
    UNCLEAR,
    /** The connection's, the server's or the disk's. */
    OF_THE_DATABASE;

    /** A data exception; an integrity constraint. */
    private static final Set<String> ROW = Set.of("22", "23");

    /**
     * Connection, state of the transaction, login, no such database or schema, rollback by deadlock, resources such as a full
     * disk, locks, operator, system, configuration, corruption. A large row alone can hit a full disk, and one row alone a lock.
     */
    private static final Set<String> DATABASE =
            Set.of("08", "25", "26", "28", "2D", "3B", "3D", "3F", "40", "53", "55", "57", "58", "F0", "XX");

    /** A unique violation; an exclusion violation. */
    private static final Set<String> COLLISIONS = Set.of("23505", "23P01");

    private static final String CHECK_VIOLATION = "23514";

    /** Where PostgreSQL says that there is no partition for a row, in whatever language. */
    private static final String FINDS_PARTITION = "ExecFindPartition";

    private static final int CLASS = 2;

    static RowFault of(Throwable failure) {
        String state = state(failure);
        if (state == null || state.length() < CLASS || DATABASE.contains(state.substring(0, CLASS))) {
            return OF_THE_DATABASE;
        }
        if (isOfThePartitions(cause(failure))) {
            return OF_THE_DATABASE;
        }
        if (COLLISIONS.contains(state)) {
            return COLLISION;
        }
        return ROW.contains(state.substring(0, CLASS)) ? OF_THE_ROW : UNCLEAR;
    }

    /**
     * Whether there is no partition for the time at which the row is stored, or only one that was closed: then the database's clock is
     * wrong. PostgreSQL gives both the SQLState of a constraint that is violated.
     */
    private static boolean isOfThePartitions(Throwable cause) {
        if (!(cause instanceof PSQLException failure)
                || !CHECK_VIOLATION.equals(failure.getSQLState())
                || failure.getServerErrorMessage() == null) {
            return false;
        }
        String constraint = failure.getServerErrorMessage().getConstraint();
        return FINDS_PARTITION.equals(failure.getServerErrorMessage().getRoutine())
                || constraint != null && constraint.startsWith("event_") && constraint.endsWith("_closed");
    }

    /** The SQLException that says most: the innermost one that has an SQLState; the root where there is none. */
    static Throwable cause(Throwable failure) {
        Throwable found = null;
        Throwable last = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                found = cause;
            }
        }
        return found == null ? last : found;
    }

    private static String state(Throwable failure) {
        return cause(failure) instanceof SQLException sql ? sql.getSQLState() : null;
    }
}
