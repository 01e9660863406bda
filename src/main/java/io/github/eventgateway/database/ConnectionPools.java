package io.github.eventgateway.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Pools of database connections, one for each kind of threads, so that no kind waits for connections that another kind
 * holds. The calling thread determines the pool, so a route or a bean cannot use a connection of another kind. Any
 * thread.
 */
public final class ConnectionPools extends AbstractDataSource implements AutoCloseable {

    private static final ThreadLocal<User> USER = ThreadLocal.withInitial(() -> User.CONSUMERS);

    private final Map<User, HikariDataSource> pools = new EnumMap<>(User.class);

    /** The kinds of users of connections. */
    public enum User {
        /** The consumers of topics, and every thread without another kind. */
        CONSUMERS,
        /** The threads that serve callers. */
        CALLERS,
        /** The thread that writes the audit trail. */
        AUDIT
    }

    ConnectionPools(HikariDataSource consumers, HikariDataSource callers, HikariDataSource audit) {
        pools.put(User.CONSUMERS, consumers);
        pools.put(User.CALLERS, callers);
        pools.put(User.AUDIT, audit);
    }

    /**
     * Opens connections without a pool: to PostgreSQL as the owner of the tables, or to the embedded database. Any
     * thread.
     */
    public static DataSource ofTheOwner(DatabaseSettings settings) {
        return settings.isPostgresql() ? new MigrationAccount(settings) : DatabaseConfiguration.database(settings);
    }

    /** Makes the current thread use the pool of this user. */
    public static void useAs(User user) {
        USER.set(user);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return pools.get(USER.get()).getConnection();
    }

    @Override
    public Connection getConnection(String name, String password) throws SQLException {
        return getConnection();
    }

    HikariDataSource pool(User user) {
        return pools.get(user);
    }

    void bindTo(MeterRegistry meters) {
        pools.values().forEach(pool -> pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters)));
    }

    @Override
    public void close() {
        pools.values().forEach(HikariDataSource::close);
    }
}
