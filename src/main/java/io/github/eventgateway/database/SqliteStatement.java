package io.github.eventgateway.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.sqlite.jdbc4.JDBC4Statement;

/** A statement without parameters on the embedded database. */
final class SqliteStatement extends JDBC4Statement {

    private final SqliteConnection connection;

    SqliteStatement(SqliteConnection connection) {
        super(connection);
        this.connection = connection;
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        return connection.run(getQueryTimeout(), false, () -> super.execute(sql));
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        return connection.run(getQueryTimeout(), false, () -> super.executeQuery(sql));
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return connection.run(getQueryTimeout(), true, () -> super.executeUpdate(sql));
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return connection.run(getQueryTimeout(), true, super::executeBatch);
    }
}
