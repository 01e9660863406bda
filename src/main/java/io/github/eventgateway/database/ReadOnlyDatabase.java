package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/** Opens the gateway's database for a command that reads it beside a gateway that runs, and changes nothing. */
public final class ReadOnlyDatabase {

    private static final int PATIENCE_MILLIS = 5000;

    private ReadOnlyDatabase() {}

    /**
     * Opens one connection that can only read. It has auto-commit off; a commit after each statement keeps the gateway's
     * file of recent changes short.
     *
     * @throws StartupException if there is no database of the gateway, or where its URL is not one of PostgreSQL
     * @throws SQLException if it cannot be reached
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
            throw new StartupException("There is no database file " + absolute
                    + ": start the gateway once, or name the database with DATABASE_URL");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(PATIENCE_MILLIS);
        return config.createConnection("jdbc:sqlite:" + absolute);
    }

    private static Connection server(DatabaseSettings settings) throws SQLException {
        DatabaseUrl.require(settings.url());
        Properties options = DatabaseConfiguration.options(settings);
        options.setProperty("ApplicationName", "event-gateway-check");
        return DriverManager.getConnection(settings.url(), options);
    }
}
