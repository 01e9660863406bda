package io.github.eventgateway.erasure;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Erases what one part of the record holds of a user, step by step. A step takes less than a second of the database's time, and can be
 * done again after it was broken off. One thread at a time.
 */
public interface ErasurePart {

    /** The parts, in the order of the work. Their names in lower case are the names of the counts. */
    enum Kind {
        EVENTS,
        DEAD_LETTERS,
        AUDIT_DETAILS,
        /** After the events, so that none of them gets into an archive any more. */
        ARCHIVED_EVENTS;

        /** Returns the name of its count. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * The result of a step.
     *
     * @param erased how many were erased
     * @param kept how many records hold the user and cannot be changed
     * @param position where the next step goes on
     * @param isLast whether nothing is left to do
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
     * Erases some of it.
     *
     * @param connection as the owner of the tables. It commits each statement; a step that changes tables switches that off and does
     *     not commit: the caller adds the progress to the transaction, and commits
     * @param position where the last step ended; null for the first one
     */
    Step step(Connection connection, UserToErase user, String position) throws SQLException, IOException;
}
