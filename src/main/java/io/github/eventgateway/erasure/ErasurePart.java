package io.github.eventgateway.erasure;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Erases the data of a user in one part of the record, step by step. A step takes less than a second of the database.
 * An interrupted step can be repeated. One thread at a time.
 */
public interface ErasurePart {

    /** The parts in the order of the work. The counts have their names in lower case. */
    enum Kind {
        EVENTS,
        DEAD_LETTERS,
        AUDIT_DETAILS,
        /** Last, because until then events may still be archived. */
        ARCHIVED_EVENTS;

        /** Returns the name of its count. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * The result of a step.
     *
     * @param erased the number of erased items
     * @param kept the number of records that contain the user and cannot be changed
     * @param position the beginning of the next step
     * @param isLast true if nothing is left to do
     */
    record Step(long erased, long kept, String position, boolean isLast) {

        public Step(long erased, String position, boolean isLast) {
            this(erased, 0, position, isLast);
        }

        public static Step last(long erased) {
            return new Step(erased, null, true);
        }
    }

    Kind kind();

    /**
     * Runs one step.
     *
     * @param connection a connection of the account that owns the tables. It commits each statement. A step that
     *     changes tables switches this off and does not commit: the caller adds the progress to the transaction and
     *     commits
     * @param position the end of the last step; null for the first one
     */
    Step step(Connection connection, UserToErase user, String position) throws SQLException, IOException;
}
