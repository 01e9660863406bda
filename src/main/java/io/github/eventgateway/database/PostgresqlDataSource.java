package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens connections to PostgreSQL as {@link PostgresqlConnection}s. A prepared statement belongs to one session, but a
 * connection pooler can use another session for each transaction. Therefore statements are prepared only if the session
 * that answers is the one that was opened. Any thread.
 */
final class PostgresqlDataSource extends AbstractDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlDataSource.class);

    private final String url;
    private final Properties options;
    private volatile int loginSeconds;
    private volatile boolean prepares = true;

    /**
     * @param options the options of the driver, with user and password unless the URL has them
     */
    PostgresqlDataSource(String url, Properties options) {
        this.url = url;
        this.options = options;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return open(options);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Properties others = new Properties();
        others.putAll(options);
        others.setProperty("user", user);
        others.setProperty("password", password);
        return open(others);
    }

    private Connection open(Properties properties) throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties);
        try {
            int process = connection.unwrap(PGConnection.class).getBackendPID();
            return PostgresqlConnection.of(connection, prepares && isAnsweredBy(process, connection));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Prepares no statements on connections that are opened from now on. */
    void stopPreparing() {
        if (prepares) {
            prepares = false;
            LOG.warn(
                    "A session of the database lost its prepared statements: there may be a connection pooler between the"
                            + " gateway and the database. The gateway prepares no more statements, so queries take longer");
        }
    }

    /** A pooler greets its clients with a process id of its own. */
    private static boolean isAnsweredBy(int process, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            return row.next() && row.getInt(1) == process;
        }
    }

    /** The pool sets it, but the driver has it among its options. */
    @Override
    public void setLoginTimeout(int seconds) {
        loginSeconds = seconds;
    }

    @Override
    public int getLoginTimeout() {
        return loginSeconds;
    }
}
