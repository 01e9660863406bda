package io.github.eventgateway.database;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the database.
 *
 * @param url JDBC URL of a PostgreSQL database, such as {@code jdbc:postgresql://host:5432/name}. If it is empty, the
 *     gateway uses SQLite in {@code embedded-file}.
 * @param user User of the PostgreSQL database.
 * @param password Password of that user.
 * @param migrationUser Account that owns the tables, creates them and grants {@code user} its permissions. If it is
 *     empty, {@code user} does this.
 * @param migrationPassword Password of that account.
 * @param embeddedFile File of the SQLite database.
 * @param maxConnections Maximum number of connections of the consumers, which need four for each topic and its dead
 *     letters. Queries and replays use as many again, one for each thread of {@code gateway.http.queries} and
 *     {@code gateway.http.long-work}. The audit trail uses one.
 * @param connectTimeout Maximum time that a caller waits for a connection. A caller that waits longer gets 503.
 * @param socketTimeout Maximum time that the server may be silent within one statement.
 * @param migrationRetryDelay Time after which migrations are tried again while the database is unavailable.
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

    /** Returns whether the database is PostgreSQL and not the embedded one. */
    public boolean isPostgresql() {
        return url.startsWith(DatabaseUrl.POSTGRESQL);
    }

    /** Returns the timeout of a batch of statements in seconds; -1 for none. */
    public int batchSeconds() {
        return socketTimeout.isZero() ? -1 : (int) Math.max(1, socketTimeout.toSeconds());
    }

    /** Settings are logged, so the text must not contain passwords. The query of the URL may contain one, too. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=%s, user=%s, maxConnections=%d]"
                .formatted(DatabaseUrl.shown(url), user, maxConnections);
    }
}
