package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Opens connections to PostgreSQL as {@link PostgresqlConnection}s. Any thread. */
final class PostgresqlDataSource extends AbstractDataSource {

    private final String url;
    private final Properties options;
    private volatile int loginSeconds;

    /**
     * @param options the options of the driver, with user and password unless the URL has them
     */
    PostgresqlDataSource(String url, Properties options) {
        this.url = url;
        this.options = options;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return PostgresqlConnection.of(DriverManager.getConnection(url, options));
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Properties others = new Properties();
        others.putAll(options);
        others.setProperty("user", user);
        others.setProperty("password", password);
        return PostgresqlConnection.of(DriverManager.getConnection(url, others));
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
