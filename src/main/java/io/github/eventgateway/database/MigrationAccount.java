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
 * The owner of the tables: the gateway's own account, or another one, which makes them, and grants what the gateway's account needs. Its
 * connections are not pooled, since it is done after the start but for a moment now and then, and wait for as long as it takes. Any
 * thread.
 */
final class MigrationAccount extends AbstractDataSource {

    private static final String GRANTS = "/db/grants/postgresql.sql";
    private static final String GRANTEE = " TO event_gateway";

    /** Gateways that start at once would trip over each other's grants. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(7234017283807667)";

    private final DatabaseSettings settings;

    MigrationAccount(DatabaseSettings settings) {
        this.settings = settings;
    }

    /** Whether there is such an account. */
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

    /** Grants the gateway's account what it needs on its tables, and no more; again and again without harm. */
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
