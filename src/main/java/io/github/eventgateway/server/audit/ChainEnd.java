package io.github.eventgateway.server.audit;

import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds the end of the chain, even if somebody has changed it or inserted records after it. Any thread. */
final class ChainEnd {

    /** Half of the numbers in the table. A larger end was forged, and would leave no numbers. */
    static final long HIGHEST = 500_000_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(ChainEnd.class);
    private static final String HEAD = "SELECT sequence, mac FROM audit_head WHERE id = 1";
    private static final String LOCK_HEAD = HEAD + " FOR UPDATE";
    private static final String MAKE_HEAD = "INSERT INTO audit_head (id, sequence, mac) VALUES (1, 0, '')";
    private static final String LAST_IN_REACH =
            "SELECT COALESCE(MAX(sequence), 0) FROM audit_record WHERE sequence <= ?";
    private static final String ANY_BETWEEN =
            "SELECT sequence FROM audit_record WHERE sequence > ? AND sequence <= ? LIMIT 1";

    /** The numbers below the highest one that remain for new records after inserted ones. */
    private static final long ROOM = 1_000_000_000_000L;

    private final JdbcTemplate jdbc;
    private final AuditTable table;

    ChainEnd(JdbcTemplate jdbc, AuditTable table) {
        this.jdbc = jdbc;
        this.table = table;
    }

    /**
     * Returns the end of the chain. A forged end must not prevent new records.
     *
     * @param lock whether to lock its row until the end of the transaction
     */
    Head find(boolean lock) {
        Head head =
                jdbc
                        .query(lock ? LOCK_HEAD : HEAD, (rows, number) -> new Head(rows.getLong(1), rows.getString(2)))
                        .stream()
                        .findFirst()
                        .orElse(null);
        if (head == null) {
            jdbc.update(MAKE_HEAD);
        }
        if (head == null || head.sequence() < 0 || head.sequence() > HIGHEST - ROOM) {
            LOG.error(
                    "The end of the audit trail in audit_head, {}, is invalid: somebody has changed it. The gateway"
                            + " continues after the last record. Verify the audit trail",
                    head);
            Long last = jdbc.queryForObject(LAST_IN_REACH, Long.class, HIGHEST - ROOM);
            head = new Head(last, table.mac(last).orElse(AuditKey.GENESIS));
        }
        return head;
    }

    /** Returns the position after which this number of records has room, beyond inserted records. */
    Head withRoom(Head head, int records) {
        long free = free(head.sequence(), records);
        if (free > head.sequence()) {
            LOG.error(
                    "The audit trail has records after its end at {}: somebody inserted them. New records begin after"
                            + " {}. Verify the audit trail",
                    head.sequence(),
                    free);
        }
        return new Head(free, head.mac());
    }

    /**
     * Returns a number that is followed by enough free numbers: the end, the last number, or any number if somebody
     * inserted a record near the highest one. The number of statements does not depend on the number of inserted records.
     */
    private long free(long end, int records) {
        if (isFree(end, records)) {
            return end;
        }
        long last = jdbc.queryForObject(LAST_IN_REACH, Long.class, HIGHEST - ROOM);
        if (last < HIGHEST - 2 * ROOM) {
            return last;
        }
        long any;
        do {
            any = ThreadLocalRandom.current().nextLong(HIGHEST - 2 * ROOM);
        } while (!isFree(any, records));
        return any;
    }

    private boolean isFree(long end, int records) {
        return jdbc.queryForList(ANY_BETWEEN, Long.class, end, end + records).isEmpty();
    }
}
