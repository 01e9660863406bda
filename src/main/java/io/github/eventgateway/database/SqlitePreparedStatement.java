package io.github.eventgateway.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/** A statement with parameters on the embedded database. It accepts and rejects the same values as PostgreSQL. */
final class SqlitePreparedStatement extends JDBC4PreparedStatement {

    private static final String NOT_IN_REPERTOIRE = "22021";

    private final SqliteConnection connection;

    SqlitePreparedStatement(SqliteConnection connection, String sql) throws SQLException {
        super(connection, sql);
        this.connection = connection;
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        if (value != null && value.indexOf('\0') >= 0) {
            throw new SQLException("Text must not contain U+0000", NOT_IN_REPERTOIRE);
        }
        super.setString(index, value);
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        if (value instanceof OffsetDateTime time) {
            super.setString(index, ColumnTime.text(time));
        } else if (value instanceof String text) {
            setString(index, text);
        } else {
            super.setObject(index, value);
        }
    }

    @Override
    public boolean execute() throws SQLException {
        return connection.run(getQueryTimeout(), !isQuery(), super::execute);
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return connection.run(getQueryTimeout(), false, super::executeQuery);
    }

    @Override
    public int executeUpdate() throws SQLException {
        return connection.run(getQueryTimeout(), true, super::executeUpdate);
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return connection.run(getQueryTimeout(), true, super::executeBatch);
    }

    private boolean isQuery() {
        return columnCount > 0;
    }
}
