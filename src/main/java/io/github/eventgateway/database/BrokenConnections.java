package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells the pool by which failures a connection is to be replaced: those that speak of the connection or of the server
 * behind it, and not of a row or a statement. Where the server refuses writes, as one does that is no primary any more, all
 * connections lead to the wrong place: every one is replaced, and the next is made to where the URL leads by then. Any
 * thread.
 */
final class BrokenConnections implements SQLExceptionOverride {

    private static final String READ_ONLY = "25006";

    /** Beside those that the pool knows itself: the server ended the session, or the session lost its statements. */
    private static final Set<String> STATES = Set.of(READ_ONLY, "25P03", "25P04", "26000");

    /** Insufficient resources, system errors, a wrong configuration, and internal ones. */
    private static final Set<String> CLASSES = Set.of("53", "58", "F0", "XX");

    /** An operator's intervention, but for a statement that somebody cancelled. */
    private static final String INTERVENTION = "57P";

    private volatile HikariDataSource pool;

    /** Watches over this pool from now on. */
    void watch(HikariDataSource watched) {
        pool = watched;
    }

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || !isOfConnection(state)) {
            return Override.CONTINUE_EVICT;
        }
        HikariDataSource watched = pool;
        if (state.equals(READ_ONLY) && watched != null && watched.getHikariPoolMXBean() != null) {
            watched.getHikariPoolMXBean().softEvictConnections();
        }
        return Override.MUST_EVICT;
    }

    private static boolean isOfConnection(String state) {
        return STATES.contains(state)
                || state.startsWith(INTERVENTION)
                || state.length() > 2 && CLASSES.contains(state.substring(0, 2));
    }
}
