package io.github.eventgateway.deadletter;

import io.github.eventgateway.database.AdvisoryLock;
import io.github.eventgateway.database.Sql;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Removes causes without dead letters. On PostgreSQL a lock excludes transactions that add dead letters, because such a
 * transaction may use a cause before its dead letter is visible. SQLite has one writer at a time. Any thread.
 */
public final class UnusedCauses {

    /** A transaction that adds or uses a cause takes this lock first. Any number of transactions can hold it. */
    static final String KEEP_ALL = AdvisoryLock.CAUSES.shared();

    private static final String NOBODY_ADDS = AdvisoryLock.CAUSES.tryExclusive();
    private static final int AT_ONCE = 500;

    /** Looks for each cause in the index of dead letters, and never joins the tables. */
    private static final String IS_UNUSED =
            "(SELECT 1 FROM dead_letter WHERE dead_letter.cause = dead_letter_cause.cause LIMIT 1) IS NULL";

    private static final String FIND = "SELECT cause FROM dead_letter_cause WHERE " + IS_UNUSED + " LIMIT " + AT_ONCE;
    private static final String DELETE = "DELETE FROM dead_letter_cause WHERE cause = ANY (?) AND " + IS_UNUSED;
    private static final String DELETE_IN_SQLITE = "DELETE FROM dead_letter_cause WHERE cause IN (" + FIND + ")";

    private UnusedCauses() {}

    /**
     * Removes some unused causes from PostgreSQL.
     *
     * @param connection commits each statement
     * @return whether there may be more; false if dead letters are being added right now
     */
    public static boolean removeFromPostgresql(Connection connection) throws SQLException {
        List<Long> found =
                Sql.texts(connection, FIND).stream().map(Long::valueOf).toList();
        if (found.isEmpty()) {
            return false;
        }
        connection.setAutoCommit(false);
        try {
            boolean isRemoved = Sql.isTrue(connection, NOBODY_ADDS);
            if (isRemoved) {
                delete(connection, found);
            }
            connection.commit();
            return isRemoved && found.size() == AT_ONCE;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** The statement sees all dead letters that were added before the lock was taken. */
    private static void delete(Connection connection, List<Long> causes) throws SQLException {
        Array array = connection.createArrayOf("int8", causes.toArray());
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setArray(1, array);
            statement.executeUpdate();
        }
    }

    /** Removes some unused causes from SQLite; returns whether there may be more. */
    public static boolean removeFromSqlite(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(DELETE_IN_SQLITE) == AT_ONCE;
        }
    }
}
