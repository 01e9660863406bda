package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Statements without parameters on a connection of the caller. */
public final class Sql {

    private Sql() {}

    /** Runs a statement. */
    public static void execute(Connection connection, String statement) throws SQLException {
        try (Statement one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    /** Returns the first column of the first row as text; null without rows. */
    public static String text(Connection connection, String query) throws SQLException {
        List<String> all = texts(connection, query);
        return all.isEmpty() ? null : all.get(0);
    }

    /** Returns the first column of all rows as texts, in their order. */
    public static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /** Returns whether the first column of the first row is true; false without rows. */
    public static boolean isTrue(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    /** Returns the time of the database's clock. Only PostgreSQL. */
    static OffsetDateTime now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT now()")) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class);
        }
    }

    /**
     * Runs a statement of PostgreSQL in a transaction. It gives up if a lock takes too long, so that nobody waits behind
     * it; the work itself has no timeout. Settings apply only to the transaction, because a connection pooler may give the session to others
     * afterwards.
     */
    static void executeUnlessBlocked(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'");
            statement.execute("SET LOCAL statement_timeout = 0");
            statement.execute(sql);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
