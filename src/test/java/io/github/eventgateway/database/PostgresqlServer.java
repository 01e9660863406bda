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
}
