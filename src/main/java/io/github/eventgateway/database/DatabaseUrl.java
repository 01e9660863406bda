package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The JDBC URL of the database. */
public final class DatabaseUrl {

    static final String POSTGRESQL = "jdbc:postgresql:";

    private DatabaseUrl() {}

    /**
     * @throws StartupException if the URL is neither empty nor one of PostgreSQL
     */
    public static void require(String url) {
        if (!url.isBlank() && !(url.startsWith(POSTGRESQL) && isRead(url))) {
            throw new StartupException("DATABASE_URL is '" + shown(url)
                    + "': write jdbc:postgresql://host:5432/name, or leave it empty for the embedded database");
        }
    }

    private static boolean isRead(String url) {
        try {
            DriverManager.getDriver(url);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Returns the URL without possible passwords: without its options and without the user before the host. */
    static String shown(String url) {
        return url.replaceFirst("[?;].*", "").replaceFirst("//[^/]*@", "//");
    }
}
