package io.github.eventgateway.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The owner of the tables: the account of the gateway or a separate one, which creates the tables and grants
 * permissions to the account of the gateway. Its connections are not pooled, because they are rarely used after the
 * start, and their statements have no timeout. Any thread.
 */
final class MigrationAccount extends AbstractDataSource {

    private static final String GRANTS = "/db/grants/postgresql.sql";
    private static final String GRANTEE = " TO event_gateway";

    /** Gateways that start together would disturb each other's grants. */
    private static final String LOCK = AdvisoryLock.GRANTS.exclusive();

    private final DatabaseSettings settings;

    MigrationAccount(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** Returns whether a separate account is configured. */
    static boolean isSet(DatabaseSettings settings) {
        return settings.isPostgresql() && !settings.migrationUser().isEmpty();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return isSet(settings)
                ? getConnection(settings.migrationUser(), settings.migrationPassword())
                : getConnection(settings.user(), settings.password());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        String connectSeconds =
                String.valueOf(Math.max(1, settings.connectTimeout().toSeconds()));
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            properties.put("user", user);
            properties.put("password", password);
        }
        properties.put("connectTimeout", connectSeconds);
        properties.put("loginTimeout", connectSeconds);
        properties.put("tcpKeepAlive", "true");
        properties.put("prepareThreshold", "0");
        properties.put("ApplicationName", "event-gateway-migrations");
        return DriverManager.getConnection(settings.url(), properties);
    }

    /**
     * Grants the account of the gateway only the permissions that it needs on its tables. Repeating it does no harm.
     */
    void grant() throws SQLException {
        try (Connection connection = getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout((int) TimeUnit.MINUTES.toSeconds(1));
            connection.setAutoCommit(false);
            statement.execute(LOCK);
            String account = statement.enquoteIdentifier(settings.user(), true);
            for (String grant : grants()) {
                statement.execute(grant.replace(GRANTEE, " TO " + account));
            }
            connection.commit();
        }
    }

    private static List<String> grants() {
        try (InputStream in = MigrationAccount.class.getResourceAsStream(GRANTS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.replace(";", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
