package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** PostgreSQL for tests in other packages. */
public final class PostgresqlServer {

    private static final Map<Login, HikariDataSource> POOLS = new ConcurrentHashMap<>();
    private static final String TRY_AFTER = "com.zaxxer.hikari.aliveBypassWindowMs";

    private static final String MIGRATED = "migrated";
    private static final String PARTITIONED = "partitioned";

    private PostgresqlServer() {}

    /**
     * Opens connections as the gateway does, as the superuser. They are reused, because a new connection starts a
     * server process.
     */
    public static DataSource at(EmbeddedPostgres postgres) {
        return of(postgres, "postgres", "");
    }

    /** Opens connections as this user, with these options of the server; see {@link #at}. */
    public static DataSource of(EmbeddedPostgres postgres, String user, String options) {
        Login login = new Login(postgres.getPort(), user, options);
        return new DelegatingDataSource() {

            @Override
            public DataSource getTargetDataSource() {
                return POOLS.computeIfAbsent(login, PostgresqlServer::pool);
            }
        };
    }

    private static HikariDataSource pool(Login login) {
        Properties properties = new Properties();
        properties.setProperty("user", login.user);
        properties.setProperty("password", login.user);
        if (!login.options.isEmpty()) {
            properties.setProperty("options", login.options);
        }
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(new PostgresqlDataSource(
                "jdbc:postgresql://127.0.0.1:" + login.port + "/postgres?reWriteBatchedInserts=true", properties));
        settings.setMinimumIdle(0);
        settings.setMaximumPoolSize(50);
        // Tests end sessions of the server, so each connection is checked before use.
        System.setProperty(TRY_AFTER, "0");
        try {
            return new HikariDataSource(settings);
        } finally {
            System.clearProperty(TRY_AFTER);
        }
    }

    private record Login(int port, String user, String options) {}

    /**
     * Makes the database empty, with the tables of this version. It copies a database that is migrated once, because
     * the migrations take longer than most tests. It ends open connections.
     */
    public static void renew(EmbeddedPostgres postgres) throws SQLException {
        renew(postgres, MIGRATED);
    }

    /** Does the same as {@link #renew}, with a partitioned table of events. */
    public static void renewWithPartitions(EmbeddedPostgres postgres) throws SQLException {
        renew(postgres, PARTITIONED);
    }

    private static void renew(EmbeddedPostgres postgres, String model) throws SQLException {
        closePools(postgres.getPort());
        try (Connection server = postgres.getDatabase("postgres", "template1").getConnection()) {
            JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(server, true));
            if (jdbc.queryForList("SELECT 1 FROM pg_database WHERE datname = ?", model)
                    .isEmpty()) {
                make(postgres, jdbc, model);
            }
            replace(jdbc, "postgres", model);
        }
    }

    private static void make(EmbeddedPostgres postgres, JdbcTemplate server, String model) throws SQLException {
        replace(server, "postgres", "template0");
        Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .locations("classpath:db/migration/postgresql")
                .load()
                .migrate();
        if (model.equals(PARTITIONED)) {
            bringIntoPartitions(postgres);
        }
        closePools(postgres.getPort());
        replace(server, model, "postgres");
    }

    private static void replace(JdbcTemplate server, String database, String by) {
        server.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
        server.queryForList("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ?", by);
        server.execute("CREATE DATABASE " + database + " TEMPLATE " + by + " STRATEGY file_copy");
    }

    private static void closePools(int port) {
        POOLS.entrySet().removeIf(pool -> {
            if (pool.getKey().port == port) {
                pool.getValue().close();
            }
            return pool.getKey().port == port;
        });
    }

    /** Partitions the table of events, as the first start does. */
    public static void bringIntoPartitions(EmbeddedPostgres postgres) throws SQLException {
        partitions(postgres).begin();
    }

    /** Runs one step of partitioning the table of an earlier version; returns whether there is another one. */
    public static boolean stepIntoPartitions(EmbeddedPostgres postgres) throws SQLException {
        return partitions(postgres).step();
    }

    private static EventPartitions partitions(EmbeddedPostgres postgres) {
        return new EventPartitions(
                at(postgres), new PartitionSettings(PartitionSpan.MONTH, Duration.ZERO, Duration.ofMinutes(1)));
    }
}
