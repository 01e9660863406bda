package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The pool of connections to SQLite or PostgreSQL. It is made without asking the database, which may be down at the start. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseConfiguration.class);

    /** @throws StartupException when the URL is of a database that the gateway has no migrations for */
    @Bean
    HikariDataSource dataSource(DatabaseSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("events");
        pool.setMaximumPoolSize(settings.maxConnections());
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(settings.connectTimeout().toMillis());
        pool.setInitializationFailTimeout(-1);
        if (settings.url().isBlank()) {
            warnOfEarlierVersion(settings.embeddedFile());
            pool.setDataSource(new SqliteDataSource(settings.embeddedFile()));
        } else {
            pool.setJdbcUrl(supported(settings));
            pool.setUsername(settings.user());
            pool.setPassword(settings.password());
            addDriverProperties(pool, settings);
        }
        return new HikariDataSource(pool);
    }

    private static String supported(DatabaseSettings settings) {
        if (!settings.isPostgresql()) {
            throw new StartupException("DATABASE_URL is '" + settings.shownUrl()
                    + "': write jdbc:postgresql://host:5432/name, or leave it empty for the embedded database");
        }
        return settings.url();
    }

    /** The name of the earlier version's file was the setting with an extension, which was without one. */
    private static void warnOfEarlierVersion(Path file) {
        String name = file.getFileName().toString();
        for (String stem : List.of(name, name.replaceFirst("\\.db$", ""))) {
            Path earlier = file.resolveSibling(stem + ".mv.db");
            if (Files.exists(earlier)) {
                LOG.warn(
                        "{} holds the events, dead letters and audit trail of an earlier version, and this version does not"
                                + " read it: the new record, which begins empty, is in {}; to keep the earlier data,"
                                + " export them with the earlier version, for instance through GET /api/events, and then"
                                + " move the file elsewhere, and audit.anchor, which is of its audit trail, with it",
                        earlier,
                        file);
                return;
            }
        }
    }

    private static void addDriverProperties(HikariConfig pool, DatabaseSettings settings) {
        long connectSeconds = Math.max(1, settings.connectTimeout().toSeconds());
        pool.addDataSourceProperty("connectTimeout", String.valueOf(connectSeconds));
        pool.addDataSourceProperty("loginTimeout", String.valueOf(connectSeconds));
        pool.addDataSourceProperty(
                "socketTimeout", String.valueOf(settings.socketTimeout().toSeconds()));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        // One statement of many rows in place of many statements.
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        pool.addDataSourceProperty("ApplicationName", "event-gateway");
    }
}
