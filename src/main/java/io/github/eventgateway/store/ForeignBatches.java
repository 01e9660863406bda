package io.github.eventgateway.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes numbers from the table {@code event_batch} that this PostgreSQL server has not assigned. After a dump is
 * restored, the table has transaction ids of the old server, and new ids can be lower. Such rows would collide with new
 * rows, and would hide them from listeners. Several gateways can do this at the same time. Any thread.
 */
final class ForeignBatches {

    private static final Logger LOG = LoggerFactory.getLogger(ForeignBatches.class);

    /** A visible row of this server has a number below the limit of the same statement's snapshot. */
    private static final String IS_FOREIGN = """
            ((SELECT number FROM event_batch_deleted) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
             OR EXISTS (SELECT FROM event_batch WHERE number >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint))""";

    private static final String FIND = "SELECT " + IS_FOREIGN;

    /** After this, the next statement of the transaction sees what another gateway has removed. */
    private static final String LOCK = "SELECT number FROM event_batch_deleted FOR UPDATE";

    /** Keeps the rows of transactions that may still be running: listeners begin before them. */
    private static final String REMOVE = """
            WITH bound AS MATERIALIZED (
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS low,
                       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS high
                WHERE\s""" + IS_FOREIGN + """
            ), gone AS (
                DELETE FROM event_batch USING bound WHERE number < bound.low OR number >= bound.high)
            UPDATE event_batch_deleted SET number = bound.low - 1, stored_at = clock_timestamp() FROM bound""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    /** @param transaction not within another one, with the isolation level READ COMMITTED */
    ForeignBatches(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /**
     * Removes the numbers of another server. The position of an earlier listener is then invalid. If there are no such
     * numbers, the method runs one short query.
     *
     * @throws DataAccessException if the database is at fault
     * @throws TransactionException likewise
     */
    void remove() {
        if (!Boolean.TRUE.equals(jdbc.queryForObject(FIND, Boolean.class))) {
            return;
        }
        Integer changed = transaction.execute(status -> {
            jdbc.queryForList(LOCK);
            return jdbc.update(REMOVE);
        });
        if (changed != null && changed > 0) {
            LOG.warn(
                    "The table event_batch had transaction ids of another database server, as after the restoration of a "
                            + "dump. The gateway removed them. Clients of the live events must reconnect. Stored events are unchanged");
        }
    }
}
