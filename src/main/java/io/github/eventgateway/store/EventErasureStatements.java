package io.github.eventgateway.store;

import io.github.eventgateway.erasure.ErasurePart.Step;
import io.github.eventgateway.erasure.UserToErase;
import java.sql.Connection;
import java.sql.SQLException;

/** The statements of one database that delete the events of a user. One thread at a time. */
interface EventErasureStatements {

    /** The maximum number of events that a step deletes by the column. */
    int AT_ONCE = 500;

    /** The number of events that a step reads. */
    int LOOKED_THROUGH = 1000;

    /** Deletes some events with the user in the column {@code user_id}. Returns their number, 0 if none is left. */
    long deleteByColumn(Connection connection, UserToErase user) throws SQLException;

    /**
     * Deletes the events of the user among the next ones, which it reads.
     *
     * @param position the end of the last step; {@link StoredEventErasure#BEGIN} for the first one
     */
    Step lookThrough(Connection connection, UserToErase user, String position) throws SQLException;
}
