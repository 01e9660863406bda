package io.github.eventgateway.faults;

import io.github.eventgateway.faults.Verdict.Breach;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Watches the inserts until retention has removed a full month of the past. A busy machine makes any
 * statement slow, so only the time for which an insert waits for a table is judged. For one thread.
 */
final class MonthRemoval {

    static final int ROWS = 100_000;

    private static final long LONGEST_WAIT_MILLIS = 1000;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LOOK_AGAIN_MILLIS = 20;

    private static final String LOCK_TIMEOUT = "55P03";

    private static final String WAIT = """
            SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE NOT granted AND locktype = 'relation' AND query LIKE '%INSERT INTO event%'""";

    /** Nothing of it is kept, so that the checker does not find it. */
    private static final String INSERT = """
            INSERT INTO event (id, type, topic, kafka_partition, kafka_offset, occurred_at, received_at, payload, stored_at)
            VALUES ('probe', 'user_login', 'user_events', 0, 0, now(), now(), '{}', now())""";

    private final OldMonths months;
    private final DataSource database;
    private final Verdict verdict;
    private long longestInsert;
    private long longestWait;

    /** @param months with one attached month */
    MonthRemoval(OldMonths months, DataSource database, Verdict verdict) {
        this.months = months;
        this.database = database;
        this.verdict = verdict;
    }

    /** Returns when the month is removed. Blocks. */
    void run() {
        long begin = System.nanoTime();
        try (Connection watching = database.getConnection();
                Connection inserting = database.getConnection();
                Statement waits = watching.createStatement();
                Statement insert = inserting.createStatement()) {
            insert.execute("SET lock_timeout = " + LONGEST_WAIT_MILLIS);
            inserting.setAutoCommit(false);
            while (!months.left().isEmpty()) {
                if (System.nanoTime() - begin > LIMIT.toNanos()) {
                    verdict.breach(Breach.NOT_RECOVERED, "still there: " + months.left());
                    return;
                }
                look(waits);
                probe(insert);
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.printf(
                "  removed a month in %d ms; longest insert %d ms, longest wait of an insert for a table %d ms%n",
                millisSince(begin), longestInsert, longestWait);
        if (longestWait >= LONGEST_WAIT_MILLIS) {
            verdict.breach(Breach.BLOCKED_INSERT, longestWait + " ms");
        }
    }

    private void look(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(WAIT)) {
            row.next();
            longestWait = Math.max(longestWait, row.getLong(1));
        }
    }

    private void probe(Statement statement) throws SQLException {
        long begin = System.nanoTime();
        try {
            statement.execute(INSERT);
        } catch (SQLException e) {
            if (!LOCK_TIMEOUT.equals(e.getSQLState())) {
                throw e;
            }
            longestWait = Math.max(longestWait, millisSince(begin));
        }
        longestInsert = Math.max(longestInsert, millisSince(begin));
        statement.getConnection().rollback();
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
