package io.github.eventgateway.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.Properties;
import javax.sql.DataSource;

/** PostgreSQL for tests in other packages. */
public final class PostgresqlServer {

    private PostgresqlServer() {}

    /** Opens the connections that the gateway would open, as the superuser; each is its own, as there is no pool. */
    public static DataSource at(EmbeddedPostgres postgres) {
        Properties options = new Properties();
        options.setProperty("user", "postgres");
        options.setProperty("password", "postgres");
        return new PostgresqlDataSource(
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres?reWriteBatchedInserts=true", options);
    }

    /** Likewise as this user, with these options of the server's. */
    public static DataSource of(EmbeddedPostgres server, String user, String options) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        if (!options.isEmpty()) {
            properties.setProperty("options", options);
        }
        return new PostgresqlDataSource("jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", properties);
    }
}
