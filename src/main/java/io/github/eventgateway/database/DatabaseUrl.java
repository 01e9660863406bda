package io.github.eventgateway.database;

import io.github.eventgateway.api.StartupException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** The JDBC URL of the database. */
public final class DatabaseUrl {

    static final String POSTGRESQL = "jdbc:postgresql:";

    private static final String FORM =
            "write jdbc:postgresql://host:5432/name, or leave it empty for the embedded database";

    /** An {@code @} before the options, or in the name of an option: a password may contain a question mark. */
    private static final Pattern ACCOUNT = Pattern.compile("(?s)[^?]*@.*|[^?]*\\?([^=&]*=[^&]*&)*[^=&]*@.*");

    private static final Pattern BLANK = Pattern.compile("(?s)[^?]*\\s.*|.*\\s");

    /** Options begin here, or other text that may contain a password. */
    private static final Pattern REST = Pattern.compile("(?s)[?;=(&\\s].*");

    private DatabaseUrl() {}

    /**
     * @throws StartupException if the URL is neither empty nor one of PostgreSQL, or if it contains an account. The
     *     message contains no password.
     */
    public static void require(String url) {
        if (url.isBlank()) {
            return;
        }
        if (ACCOUNT.matcher(url).matches()) {
            throw new StartupException("DATABASE_URL contains an @, as in user:password@host: set DATABASE_USER and "
                    + "DATABASE_PASSWORD instead, and " + FORM);
        }
        if (BLANK.matcher(url).matches()) {
            throw new StartupException("DATABASE_URL contains white space, perhaps at its end: " + FORM);
        }
        if (!(url.startsWith(POSTGRESQL) && isRead(url))) {
            throw new StartupException("DATABASE_URL is '" + shown(url) + "': " + FORM);
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

    /** Returns the URL without possible passwords: without its options, and nothing of a URL with an account. */
    static String shown(String url) {
        return ACCOUNT.matcher(url).matches()
                ? "(with an account)"
                : REST.matcher(url).replaceFirst("");
    }
}
