package io.github.eventgateway.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import org.postgresql.PGStatement;

/**
 * A connection to PostgreSQL that differs from that of the driver in three points. It returns times as
 * {@link OffsetDateTime}, because the driver's {@link Timestamp} uses the Julian calendar before 1582-10-15 and is days
 * off. It counts the parameters of a statement itself, because the driver asks the server, which waits for every lock
 * on the tables and ignores the timeout of the statement. It prepares the statements of {@link PlannedOnce} if the
 * session keeps them. One thread at a time.
 */
final class PostgresqlConnection {

    private PostgresqlConnection() {}

    /** @param isKept whether the session keeps prepared statements */
    static Connection of(Connection connection, boolean isKept) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = call(connection, method, arguments);
            return result instanceof PreparedStatement statement
                    ? prepared(statement, (String) arguments[0], isKept)
                    : result instanceof Statement statement ? plain(statement) : result;
        });
    }

    private static Statement plain(Statement statement) {
        return proxy(Statement.class, (self, method, arguments) -> result(call(statement, method, arguments)));
    }

    private static PreparedStatement prepared(PreparedStatement statement, String sql, boolean isKept)
            throws SQLException {
        if (isKept && PlannedOnce.isMarked(sql)) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(PlannedOnce.PREPARE_AFTER);
        }
        return proxy(
                PreparedStatement.class,
                (self, method, arguments) -> method.getName().equals("getParameterMetaData")
                        ? parameters(sql)
                        : result(call(statement, method, arguments)));
    }

    private static Object result(Object result) {
        return result instanceof ResultSet rows ? rows(rows) : result;
    }

    private static ResultSet rows(ResultSet rows) {
        return proxy(ResultSet.class, (self, method, arguments) -> {
            Object result = call(rows, method, arguments);
            if (!(result instanceof Timestamp) || !method.getName().equals("getObject") || arguments.length > 1) {
                return result;
            }
            return arguments[0] instanceof Integer column
                    ? rows.getObject(column, OffsetDateTime.class)
                    : rows.getObject((String) arguments[0], OffsetDateTime.class);
        });
    }

    private static ParameterMetaData parameters(String sql) {
        int count = 0;
        char quote = 0;
        for (char c : sql.toCharArray()) {
            if (quote == 0) {
                count += c == '?' ? 1 : 0;
                quote = c == '\'' || c == '"' ? c : 0;
            } else if (c == quote) {
                quote = 0;
            }
        }
        return parameters(count);
    }

    private static ParameterMetaData parameters(int count) {
        return proxy(ParameterMetaData.class, (self, method, arguments) -> {
            if (method.getName().equals("getParameterCount")) {
                return count;
            }
            throw new SQLException("Only the number of the parameters is known", "0A000");
        });
    }

    private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
