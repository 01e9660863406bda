package io.github.eventgateway.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps the file of an embedded database in bounds. H2 writes anew all that a commit touches, and makes room of what is
 * old in a thread that it does not start where commits do not wait for one ({@code WRITE_DELAY=0}): the file would grow by
 * 60 kB for each event. Any thread.
 */
@Component
class EmbeddedCompaction implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCompaction.class);
    private static final long INTERVAL_MILLIS = 1000;

    /** Percent of the file that is in use, as H2 asks for by itself. */
    private static final int FILL_RATE = 90;

    /** How much is written at a time, in bytes; commits wait meanwhile. */
    private static final int WRITE = 16 << 20;

    private final DataSource dataSource;
    private final boolean embedded;
    private volatile ScheduledExecutorService worker;

    EmbeddedCompaction(DataSource dataSource, DatabaseSettings settings) {
        this.dataSource = dataSource;
        this.embedded = !settings.isPostgresql();
    }

    @Override
    public void start() {
        if (embedded) {
            worker = Executors.newSingleThreadScheduledExecutor(EmbeddedCompaction::thread);
            worker.scheduleWithFixedDelay(this::compact, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits for what is under way: the database is closed next. */
    @Override
    public void stop() {
        ScheduledExecutorService stopping = worker;
        worker = null;
        if (stopping == null) {
            return;
        }
        stopping.shutdown();
        try {
            stopping.awaitTermination(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    /** One that does not keep a process alive whose start failed. */
    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "h2-compaction");
        thread.setDaemon(true);
        return thread;
    }

    /** Writes some of what is in use to where it is dense, if the file is not. */
    private void compact() {
        try (Connection connection = dataSource.getConnection()) {
            // a database in another process looks after its file by itself
            if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                session.getDatabase().getStore().getMvStore().compact(FILL_RATE, WRITE);
            }
        } catch (SQLException | RuntimeException e) {
            // whoever stores something is told by the same failure, and tells
            LOG.debug("The file of the database was not compacted", e);
        }
    }
}
