package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.eventgateway.startup.StartupException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The pool of connections to H2 or PostgreSQL. It is made without asking the database, which may be down at the start. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /**
     * What an embedded database needs: PostgreSQL's way of names and nulls, a commit that is written to the file when it
     * returns (the default loses half a second when the process is killed; H2 leaves it to the operating system when the
     * disk has it), and to be closed by the pool, not by a hook of its own.
     */
    private static final String H2_OPTIONS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";

    @Bean
    HikariDataSource dataSource(DatabaseSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("events");
        pool.setMaximumPoolSize(settings.maxConnections());
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(settings.connectTimeout().toMillis());
        pool.setInitializationFailTimeout(-1);
        pool.setJdbcUrl(url(settings));
        if (settings.isPostgresql()) {
            pool.setUsername(settings.user());
            pool.setPassword(settings.password());
            addDriverProperties(pool, settings);
        }
        return new HikariDataSource(pool);
    }

    /** @throws StartupException when the URL is of a database that the gateway has no migrations for */
    static String url(DatabaseSettings settings) {
        if (settings.url().isBlank()) {
            return "jdbc:h2:file:" + settings.embeddedFile().toAbsolutePath().normalize() + H2_OPTIONS;
        }
        if (!settings.isPostgresql() && !settings.url().startsWith("jdbc:h2:")) {
            throw new StartupException("DATABASE_URL is '" + settings.url().replaceFirst("[?;].*", "")
                    + "': write jdbc:postgresql://host:5432/name, or leave it empty for the embedded database");
        }
        return settings.url();
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
