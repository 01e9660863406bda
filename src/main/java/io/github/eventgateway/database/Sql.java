package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements without parameters on a connection of the caller. They neither commit nor set a timeout. */
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
}
