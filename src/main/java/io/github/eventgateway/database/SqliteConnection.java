package io.github.eventgateway.database;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.sqlite.Function;
import org.sqlite.ProgressHandler;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A connection to the embedded database that behaves like PostgreSQL: writers wait in the order of their arrival, a
 * statement ends at its timeout, and every failure has an SQLState. It has the function {@code fold}, which is
 * {@link Folding#fold}. One thread at a time.
 */
final class SqliteConnection extends JDBC4Connection {

    /** The number of SQLite's virtual machine steps between two checks of the clock: less than a millisecond. */
    private static final int STEPS = 10_000;

    private final Semaphore writer;
    private final long patienceMillis;
    private boolean holdsWriter;
    private boolean begun;
    private boolean bounded;
    private long deadline;

    /**
     * @param writer the only permit to write, shared by all connections to the file
     * @param patienceMillis how long to wait for it
     */
    SqliteConnection(String file, Properties options, Semaphore writer, long patienceMillis) throws SQLException {
        super("jdbc:sqlite:" + file, file, options);
        this.writer = writer;
        this.patienceMillis = patienceMillis;
        Function.create(this, "fold", new Fold(), 1, Function.FLAG_DETERMINISTIC);
        ProgressHandler.setHandler(this, STEPS, new Deadline());
    }

    /** The action of a statement. */
    interface Action<T> {
        T run() throws SQLException;
    }

    /**
     * Runs a statement, in a transaction if auto-commit is off.
     *
     * @param seconds the timeout of the statement including the reading of its rows; 0 for none
     * @param writes whether the statement is known to write
     */
    <T> T run(int seconds, boolean writes, Action<T> action) throws SQLException {
        bounded = seconds > 0;
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean alone = getAutoCommit();
        try {
            if (!alone) {
                begin();
            } else if (writes) {
                lock();
            }
            return action.run();
        } catch (SQLException e) {
            throw SqliteFailures.of(e);
        } finally {
            if (alone) {
                unlock();
            }
        }
    }

    /** Unlike the driver, it begins the transaction with the first statement and not with the previous commit. */
    @Override
    public void setAutoCommit(boolean on) throws SQLException {
        if (on != getAutoCommit()) {
            if (on) {
                commitBegun();
            }
            getConnectionConfig().setAutoCommit(on);
        }
    }

    @Override
    public void commit() throws SQLException {
        requireTransactions();
        commitBegun();
    }

    @Override
    public void rollback() throws SQLException {
        requireTransactions();
        rollbackBegun();
    }

    /** A savepoint outside a transaction would begin one that does not lock the file. */
    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        requireTransactions();
        begin();
        return super.setSavepoint(name);
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        requireTransactions();
        begin();
        return super.setSavepoint();
    }

    @Override
    public void close() throws SQLException {
        try {
            super.close();
        } finally {
            begun = false;
            unlock();
        }
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        checkOpen();
        checkCursor(type, concurrency, holdability);
        return new SqliteStatement(this);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        checkOpen();
        checkCursor(type, concurrency, holdability);
        try {
            return new SqlitePreparedStatement(this, sql);
        } catch (SQLException e) {
            throw SqliteFailures.of(e);
        }
    }

    private void requireTransactions() throws SQLException {
        if (getAutoCommit()) {
            throw new SQLException("The connection is in auto-commit mode", "25P01");
        }
    }

    private void begin() throws SQLException {
        if (!begun) {
            lock();
            try {
                getDatabase().exec("begin immediate;", false);
                begun = true;
            } finally {
                if (!begun) {
                    unlock();
                }
            }
        }
    }

    private void commitBegun() throws SQLException {
        bounded = false;
        if (!begun) {
            return;
        }
        try {
            getDatabase().exec("commit;", false);
            begun = false;
        } catch (SQLException e) {
            throw SqliteFailures.of(e);
        } finally {
            if (begun) {
                rollbackBegun();
            }
            unlock();
        }
    }

    /** SQLite rolls back by itself if the disk is full or a statement was interrupted. Nothing is left to do then. */
    private void rollbackBegun() throws SQLException {
        bounded = false;
        if (!begun) {
            return;
        }
        begun = false;
        try {
            getDatabase().exec("rollback;", false);
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                close();
                throw SqliteFailures.of(e);
            }
        } finally {
            unlock();
        }
    }

    private void lock() throws SQLException {
        try {
            holdsWriter = writer.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while another transaction writes", "57014", e);
        }
        if (!holdsWriter) {
            throw new SQLException("Other transactions have been writing for " + patienceMillis + " ms", "55P03");
        }
    }

    private void unlock() {
        if (holdsWriter) {
            holdsWriter = false;
            writer.release();
        }
    }

    /** Interrupts a statement after its timeout. */
    private final class Deadline extends ProgressHandler {

        @Override
        protected int progress() {
            return bounded && System.nanoTime() - deadline > 0 ? 1 : 0;
        }
    }

    private static final class Fold extends Function {

        @Override
        protected void xFunc() throws SQLException {
            String text = value_text(0);
            if (text == null) {
                result();
            } else {
                result(Folding.fold(text));
            }
        }
    }
}
