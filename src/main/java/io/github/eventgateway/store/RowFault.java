package io.github.eventgateway.store;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/**
 * Classifies the failure of an insert by its SQLState (ISO/IEC 9075, PostgreSQL's appendix A): fault of the row or of
 * the database.
 */
enum RowFault {
    /** Another event has the same unique value. Always the fault of the row. */
    COLLISION,
    /**
     * The column does not accept the value, or a constraint is violated. The fault of the row, unless the table accepts
     * no other row either.
     */
    ROW,
    /**
     * The fault of the row or of the database: an exception of a trigger, a collision in a table that a trigger fills, a
     * limit such as the size of an index row, a permission, a missing table, an internal error. Writing other rows decides.
     */
    UNKNOWN,
    /** The fault of the connection, the server or the disk. */
    DATABASE;

    /** A data exception; an integrity constraint. */
    private static final Set<String> ROW_CLASSES = Set.of("22", "23");

    /**
     * Connection, transaction state, login, unknown database or schema, rollback by deadlock, resources such as a full
     * disk, locks, operator, system, configuration, corruption. Even a single row can hit a full disk or a lock.
     */
    private static final Set<String> DATABASE_CLASSES =
            Set.of("08", "25", "26", "28", "2D", "3B", "3D", "3F", "40", "53", "55", "57", "58", "F0", "XX");

    /** A state of an object, and an internal error. A trigger or an extension also uses them for a single row. */
    private static final Set<String> UNKNOWN_STATES = Set.of("55000", "XX000");

    /** A unique violation; an exclusion violation. */
    private static final Set<String> COLLISIONS = Set.of("23505", "23P01");

    /** The tables of the events and of their ids, and the partitions of the former. An operator may add a unique index. */
    private static final Pattern OF_EVENTS = Pattern.compile("event(_key|_[0-9]{4}(_[0-9]{2}){1,2})?");

    /** The gateway's other tables that a transaction of events writes. A table of an operator may have a similar name. */
    private static final Pattern OF_THE_GATEWAY =
            Pattern.compile("event_(batch(_deleted)?|count(_since)?|key_(filling|[0-9]+))");

    /** The constraint of a closed partition. */
    private static final Pattern OF_A_PARTITION = Pattern.compile(OF_EVENTS.pattern() + "_closed");

    private static final String CHECK_VIOLATION = "23514";

    /** The routine of PostgreSQL that reports a missing partition. Its name does not depend on the language, as the message does. */
    private static final String FINDS_PARTITION = "ExecFindPartition";

    private static final int CLASS = 2;

    static RowFault of(Throwable failure) {
        String state = state(failure);
        if (state == null || state.length() < CLASS) {
            return DATABASE;
        }
        if (UNKNOWN_STATES.contains(state)) {
            return UNKNOWN;
        }
        if (DATABASE_CLASSES.contains(state.substring(0, CLASS))) {
            return DATABASE;
        }
        if (isOfThePartitions(cause(failure))) {
            return DATABASE;
        }
        if (COLLISIONS.contains(state)) {
            return ofCollision(table(cause(failure)));
        }
        return ROW_CLASSES.contains(state.substring(0, CLASS)) ? ROW : UNKNOWN;
    }

    /**
     * Returns the fault of a collision in this table. In the gateway's own tables of batches and counts, a transaction id
     * is behind the rows, as after the restoration of a dump, and a valid event would be rejected. In any other table,
     * such as one that a trigger fills, writing other rows decides.
     */
    private static RowFault ofCollision(String table) {
        if (table == null || OF_EVENTS.matcher(table).matches()) {
            return COLLISION;
        }
        return OF_THE_GATEWAY.matcher(table).matches() ? DATABASE : UNKNOWN;
    }

    private static String table(Throwable cause) {
        return cause instanceof PSQLException failure && failure.getServerErrorMessage() != null
                ? failure.getServerErrorMessage().getTable()
                : null;
    }

    /**
     * Returns whether no open partition exists for the time of storage: then the clock of the database is wrong.
     * PostgreSQL reports this with the SQLState of a constraint violation.
     */
    private static boolean isOfThePartitions(Throwable cause) {
        if (!(cause instanceof PSQLException failure)
                || !CHECK_VIOLATION.equals(failure.getSQLState())
                || failure.getServerErrorMessage() == null) {
            return false;
        }
        String constraint = failure.getServerErrorMessage().getConstraint();
        return FINDS_PARTITION.equals(failure.getServerErrorMessage().getRoutine())
                || constraint != null && OF_A_PARTITION.matcher(constraint).matches();
    }

    /** Returns the innermost SQLException with an SQLState, or the root cause if none has one. */
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
