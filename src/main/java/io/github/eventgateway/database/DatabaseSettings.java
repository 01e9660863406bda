package io.github.eventgateway.database;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the record of events is kept.
 *
 * @param url the JDBC URL of a PostgreSQL database; empty means an SQLite database in a file
 * @param user its user
 * @param password that user's password
 * @param migrationUser the account that owns the tables; empty where it is the same
 * @param migrationPassword that account's password
 * @param embeddedFile the file of the SQLite database
 * @param maxConnections how many connections the consumers of topics hold at most, and as many are for what callers ask for
 * @param connectTimeout how long a caller waits for a connection, to be made or to become free
 * @param socketTimeout how long the server may be silent within one statement
 * @param migrationRetryDelay how soon migrations are tried again while the database is out of reach
 */
@ConfigurationProperties("gateway.database")
public record DatabaseSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("") String migrationUser,
        @DefaultValue("") String migrationPassword,
        @DefaultValue("data/events.db") Path embeddedFile,
        @DefaultValue("16") int maxConnections,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("30s") Duration socketTimeout,
        @DefaultValue("1s") Duration migrationRetryDelay) {

    /** Whether it is PostgreSQL, and not the embedded database. */
    public boolean isPostgresql() {
        return url.startsWith(DatabaseUrl.POSTGRESQL);
    }

    /** How long a batch of statements may take, in seconds; -1 is for ever. */
    public int batchSeconds() {
        return socketTimeout.isZero() ? -1 : (int) Math.max(1, socketTimeout.toSeconds());
    }

    /** Without passwords: one may stand in the URL's query, too. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, maxConnections=%d]"
                .formatted(DatabaseUrl.shown(url), user, maxConnections);
    }
}
