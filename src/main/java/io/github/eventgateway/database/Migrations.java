package io.github.eventgateway.database;

import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Migrates the tables of the database before routes use them. An unavailable database does not stop the start: the
 * migrations are repeated until they succeed. Any thread.
 */
@Component
public class Migrations implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** Starts after the embedded broker and before everything else. */
    private static final int PHASE = Integer.MIN_VALUE + 1;

    /** SQLState classes of temporary failures: connection, authorisation, unknown database, resources, operator. */
    private static final Set<String> PASSING = Set.of("08", "28", "3D", "40", "53", "55", "57", "58");

    /** A temporary failure too: the server is not the primary now. */
    private static final String READ_ONLY = "25006";

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String FORBIDDEN =
            ". The account DATABASE_USER has no permission for it: set DATABASE_MIGRATION_USER and "
                    + "DATABASE_MIGRATION_PASSWORD to the account that owns the tables";

    /** The time that a start waits for a database that does not answer. */
    private static final Duration START_WAIT = Duration.ofSeconds(6);

    private final DataSource dataSource;
    private final MigrationAccount account;
    private final EventPartitions partitions;
    private final String location;
    private final Duration patience;
    private final Duration retryDelay;
    private volatile boolean migrated;
    private volatile String problem = "The gateway has not reached the database yet";
    private final RepeatedWork work = new RepeatedWork("migrations", LOG);
    private volatile CompletableFuture<Void> firstAttempt;

    @Autowired
    Migrations(DataSource dataSource, DatabaseSettings settings, PartitionSettings partitions) {
        this(dataSource, settings, partitions, "classpath:db/migration/", START_WAIT);
    }

    Migrations(
            DataSource dataSource,
            DatabaseSettings settings,
            PartitionSettings partitions,
            String folder,
            Duration patience) {
        this.account = MigrationAccount.isSet(settings) ? new MigrationAccount(settings) : null;
        this.dataSource = account == null ? dataSource : account;
        this.partitions = settings.isPostgresql() ? new EventPartitions(this.dataSource, partitions) : null;
        this.location = folder + (settings.isPostgresql() ? "postgresql" : "sqlite");
        this.patience = patience;
        this.retryDelay = settings.migrationRetryDelay();
    }

    /** Returns whether the tables are up to date; false until the database was reached. */
    public boolean isMigrated() {
        return migrated;
    }

    /** Returns why the tables are not up to date. */
    String problem() {
        return problem;
    }

    /**
     * Returns when the tables are up to date, or the database is unavailable.
     *
     * @throws StartupException if the migrations fail although the database is available
     */
    @Override
    public synchronized void start() {
        if (work.isRunning()) {
            return;
        }
        firstAttempt = new CompletableFuture<>();
        work.start(this::attempt);
        try {
            firstAttempt.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // From now on failures are logged, and the migration is repeated.
            firstAttempt.complete(null);
            LOG.warn("The database does not answer yet. The migrations continue in the background");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartupException known) {
                throw known;
            }
            throw new StartupException(
                    "The migrations of the database failed: " + RootCause.text(e.getCause())
                            + (isForbidden(e.getCause()) ? FORBIDDEN : ""),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void stop() {
        work.stop();
    }

    @Override
    public boolean isRunning() {
        return work.isRunning();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private Duration attempt() {
        try {
            migrate();
            migrated = true;
            work.succeeded("The database is available, and its tables are up to date");
            firstAttempt.complete(null);
            return null;
        } catch (RuntimeException e) {
            if (!firstAttempt.isDone() && !passes(e)) {
                firstAttempt.completeExceptionally(e);
                return null;
            }
            problem = RootCause.text(e);
            work.failed("The migrations of the database failed. The gateway retries. Cause: " + problem);
            firstAttempt.complete(null);
            return retryDelay;
        }
    }

    private void migrate() {
        try {
            new SchemaHistory(dataSource, location).migrate();
            beginPartitions();
            if (account != null) {
                account.grant();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A step that fails here is done later, while the gateway runs. */
    private void beginPartitions() {
        if (partitions == null) {
            return;
        }
        try {
            partitions.begin();
        } catch (SQLException e) {
            LOG.warn("The table event cannot be partitioned yet. The gateway retries. Cause: {}", RootCause.text(e));
        }
    }

    private static boolean isForbidden(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the failure may be temporary, like one of the connection. */
    private static boolean passes(Throwable failure) {
        if (failure instanceof FlywayValidateException) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state == null || state.equals(READ_ONLY) || PASSING.contains(state.substring(0, 2))) {
                    return true;
                }
            }
        }
        return false;
    }
}
