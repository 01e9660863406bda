package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/** Opens the database of the gateway for a command that only reads, while the gateway may run. */
public final class ReadOnlyDatabase {

    private static final int LOCK_TIMEOUT_MILLIS = 5000;

    private ReadOnlyDatabase() {}

    /**
     * Opens one read-only connection without auto-commit. Commit after each statement, so that SQLite's write-ahead log
     * stays short.
     *
     * @throws StartupException if the gateway has no database, or its URL is not one of PostgreSQL
     * @throws SQLException if it is unavailable
     */
    public static Connection open(DatabaseSettings settings) throws SQLException {
        Connection connection = settings.url().isBlank() ? embedded(settings.embeddedFile()) : server(settings);
        try {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection embedded(Path file) throws SQLException {
        Path absolute = file.toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute)) {
            throw new StartupException(
                    "The database file does not exist: " + absolute + ". Start the gateway once, or set DATABASE_URL");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(LOCK_TIMEOUT_MILLIS);
        return config.createConnection("jdbc:sqlite:" + absolute);
    }

    private static Connection server(DatabaseSettings settings) throws SQLException {
        DatabaseUrl.require(settings.url());
        Properties options = DatabaseConfiguration.options(settings);
        options.setProperty("ApplicationName", "event-gateway-check");
        return DriverManager.getConnection(settings.url(), options);
    }
}
