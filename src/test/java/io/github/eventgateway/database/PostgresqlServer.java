package io.github.eventgateway.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Duration;
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

    /** Brings the table of events into partitions, as the first start does. */
    public static void bringIntoPartitions(EmbeddedPostgres postgres) throws SQLException {
        partitions(postgres).begin();
    }

    /** One step of what a gateway does to bring the table of an earlier version into partitions; whether there is another one. */
    public static boolean stepIntoPartitions(EmbeddedPostgres postgres) throws SQLException {
        return partitions(postgres).step();
    }

    private static EventPartitions partitions(EmbeddedPostgres postgres) {
        return new EventPartitions(
                at(postgres), new PartitionSettings(PartitionSpan.MONTH, Duration.ZERO, Duration.ofMinutes(1)));
    }

    /** Opens connections as this user, with these options of the server's. */
    public static DataSource of(EmbeddedPostgres server, String user, String options) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        if (!options.isEmpty()) {
            properties.setProperty("options", options);
        }
        return new PostgresqlDataSource("jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", properties);
    }
}
