package io.github.eventgateway.store;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.database.DatabaseSettings;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes the oldest entries of the table {@code event_batch}, and stores the largest deleted number with its time, so
 * that a listener can detect missing entries. Every gateway does this on its own thread. A lock on the row with that number
 * makes them take turns.
 */
@Component
class EventBatchTrim implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(EventBatchTrim.class);
    private static final int PAUSE_SECONDS = 5;

    /** Maximum per transaction: more than a store adds during the pause. */
    private static final int MOST = 5000;

    private static final String OLD =
            "SELECT MAX(number) FROM (SELECT number, stored_at FROM event_batch ORDER BY number LIMIT " + MOST
                    + ") oldest WHERE stored_at < ";
    private static final String OLD_IN_POSTGRESQL = OLD + "now() - make_interval(secs => ?)";
    private static final String OLD_IN_SQLITE =
            OLD + "strftime('%Y-%m-%dT%H:%M:%f', 'now', -? || ' seconds') || '000Z'";
    private static final String NOTE =
            "UPDATE event_batch_deleted SET number = ?, stored_at = (SELECT MAX(stored_at) FROM event_batch WHERE number <= ?)"
                    + " WHERE number < ?";
    private static final String DELETE = "DELETE FROM event_batch WHERE number <= ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String old;
    private final long seconds;

    /** Null with SQLite: its numbers are in the file, also in that of a copy. */
    private final ForeignBatches foreign;

    private final ScheduledExecutorService thread;

    EventBatchTrim(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            DatabaseSettings database,
            StoreSettings settings) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(database.batchSeconds());
        this.old = database.isPostgresql() ? OLD_IN_POSTGRESQL : OLD_IN_SQLITE;
        this.foreign = database.isPostgresql() ? new ForeignBatches(jdbc, transaction) : null;
        this.seconds = settings.streamRetention().toSeconds();
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("event-batches"));
        thread.scheduleWithFixedDelay(
                FatalErrors.watched(this::tryToTrim), PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    private void tryToTrim() {
        try {
            trim();
        } catch (DataAccessException | TransactionException e) {
            // The store and the health check report this failure too.
            LOG.debug("Deleting old entries of event_batch failed. The gateway retries", e);
        }
    }

    /** Deletes expired entries; returns how many. Entries of another database server are deleted first, uncounted. */
    int trim() {
        if (foreign != null) {
            foreign.remove();
        }
        Long last = jdbc.queryForObject(old, Long.class, seconds);
        if (last == null) {
            return 0;
        }
        Integer deleted =
                transaction.execute(status -> jdbc.update(NOTE, last, last, last) == 0 ? 0 : jdbc.update(DELETE, last));
        return deleted == null ? 0 : deleted;
    }

    @Override
    public void destroy() {
        thread.shutdownNow();
    }
}
