package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells the connection pool which failures break a connection: failures of the connection or the server, not of a row
 * or a statement. If the server rejects writes, for example because it is no longer the primary, all connections lead
 * to the wrong server. Then every connection is replaced, and new ones follow the URL to the new primary. If a session
 * lost its prepared statements, something between the gateway and the server changes the session, and the new
 * connections prepare none. Any thread.
 */
final class BrokenConnections implements SQLExceptionOverride {

    private static final String READ_ONLY = "25006";

    /** A prepared statement does not exist, or exists already. */
    private static final Set<String> OTHER_SESSION = Set.of("26000", "42P05");

    /** The server ended the session. */
    private static final Set<String> ENDED = Set.of("25P03", "25P04");

    /** Insufficient resources, system errors, a wrong configuration, and internal errors. */
    private static final Set<String> CLASSES = Set.of("53", "58", "F0", "XX");

    /** Intervention by an operator, except for a cancelled statement. */
    private static final String INTERVENTION = "57P";

    private volatile HikariDataSource pool;

    /** Watches this pool from now on. */
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
        if (watched == null) {
            return Override.MUST_EVICT;
        }
        if (OTHER_SESSION.contains(state) && watched.getDataSource() instanceof PostgresqlDataSource database) {
            database.stopPreparing();
            replaceAll(watched);
        } else if (state.equals(READ_ONLY)) {
            replaceAll(watched);
        }
        return Override.MUST_EVICT;
    }

    private static void replaceAll(HikariDataSource watched) {
        HikariPoolMXBean connections = watched.getHikariPoolMXBean();
        if (connections != null) {
            connections.softEvictConnections();
        }
    }

    private static boolean isOfConnection(String state) {
        return state.equals(READ_ONLY)
                || OTHER_SESSION.contains(state)
                || ENDED.contains(state)
                || state.startsWith(INTERVENTION)
                || state.length() > 2 && CLASSES.contains(state.substring(0, 2));
    }
}
