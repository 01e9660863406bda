package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.api.StartupException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures the connections to SQLite or PostgreSQL. It creates the pools without a connection, because the database
 * may be down at the start.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConfiguration.class);

    /**
     * @throws StartupException if the gateway does not support the database of the URL
     */
    @Bean
    ConnectionPools dataSource(DatabaseSettings settings) {
        DataSource database = database(settings);
        return new ConnectionPools(
                pool("events", settings.maxConnections(), 1, database, settings),
                pool("callers", settings.maxConnections(), 0, database, settings),
                pool("audit", 1, 0, database, settings));
    }

    /** Registered here, because the pools are not beans. */
    @Bean
    InitializingBean poolMetrics(ConnectionPools pools, MeterRegistry meters) {
        return () -> pools.bindTo(meters);
    }

    static DataSource database(DatabaseSettings settings) {
        if (settings.url().isBlank()) {
            warnOfEarlierVersion(settings.embeddedFile());
            return new SqliteDataSource(settings.embeddedFile());
        }
        DatabaseUrl.require(settings.url());
        return new PostgresqlDataSource(settings.url(), options(settings));
    }

    static HikariDataSource pool(
            String name, int connections, int idle, DataSource database, DatabaseSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(idle);
        pool.setConnectionTimeout(settings.connectTimeout().toMillis());
        pool.setInitializationFailTimeout(-1);
        BrokenConnections broken = new BrokenConnections();
        pool.setExceptionOverride(broken);
        pool.setDataSource(database);
        HikariDataSource dataSource = new HikariDataSource(pool);
        broken.watch(dataSource);
        return dataSource;
    }

    /** The earlier version appended an extension to the file name in the setting, which had none. */
    private static void warnOfEarlierVersion(Path file) {
        String name = file.getFileName().toString();
        for (String stem : List.of(name, name.replaceFirst("\\.db$", ""))) {
            Path earlier = file.resolveSibling(stem + ".mv.db");
            if (Files.exists(earlier)) {
                LOG.warn(
                        "{} has the events, dead letters and audit trail of an earlier version. This version does not read"
                                + " it, and starts with the empty database {}. To keep the earlier data, export them with"
                                + " the earlier version, for example with GET /api/events. Then move the file and its"
                                + " audit.anchor to another place",
                        earlier,
                        file);
                return;
            }
        }
    }

    static Properties options(DatabaseSettings settings) {
        String connectSeconds =
                String.valueOf(Math.max(1, settings.connectTimeout().toSeconds()));
        Properties options = new Properties();
        options.setProperty("user", settings.user());
        options.setProperty("password", settings.password());
        options.setProperty("connectTimeout", connectSeconds);
        options.setProperty("loginTimeout", connectSeconds);
        options.setProperty(
                "socketTimeout", String.valueOf(settings.socketTimeout().toSeconds()));
        options.setProperty("tcpKeepAlive", "true");
        // A plan without the values of the parameters can be slow. PostgresqlConnection prepares some statements.
        options.setProperty("prepareThreshold", "0");
        // A prepared statement returns the same values in the same form as before it was prepared.
        options.setProperty("binaryTransfer", "false");
        // One statement with many rows instead of many statements.
        options.setProperty("reWriteBatchedInserts", "true");
        options.setProperty("ApplicationName", EventPartitions.APPLICATION);
        return options;
    }
}
