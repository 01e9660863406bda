package io.github.eventgateway.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Work in PostgreSQL that one gateway does at a time. Immutable; any thread. */
public final class ExclusiveWork {

    private final DataSource dataSource;
    private final AdvisoryLock lock;

    /** @param lock the lock that a gateway holds while it works */
    public ExclusiveWork(DataSource dataSource, AdvisoryLock lock) {
        this.dataSource = dataSource;
        this.lock = lock;
    }

    /** Work on connections of its own. */
    @FunctionalInterface
    public interface Work {

        /** Works, and returns whether there may be more. */
        boolean run() throws SQLException, IOException;
    }

    /**
     * Runs the work unless another gateway has the lock. The lock belongs to a transaction, because a pooler may lend
     * the session to others.
     *
     * @return the result of the work; false if it did not run
     */
    public boolean tryToRun(Work work) throws SQLException, IOException {
        try (Connection guard = dataSource.getConnection()) {
            guard.setAutoCommit(false);
            boolean isMine = Sql.isTrue(guard, lock.tryExclusive());
            // The snapshot of the query lasts until the next statement, and DETACH waits for old snapshots.
            guard.setSavepoint();
            boolean more = isMine && work.run();
            guard.rollback();
            return more;
        }
    }
}
