package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.StartupException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds the keys that have signed the chain, and chooses the key for the next records. Any thread. */
final class ChainKeys {

    private static final Logger LOG = LoggerFactory.getLogger(ChainKeys.class);
    private static final String RECORDS = "SELECT " + AuditTable.COLUMNS + " FROM audit_record WHERE ";
    private static final String LAST_CHANGE = "SELECT COALESCE(MAX(sequence), 0) FROM audit_record WHERE action = ?";
    private static final String CHANGES = RECORDS + "action = ? ORDER BY sequence LIMIT ?";
    private static final String LAST_ROWS = RECORDS + "sequence <= ? ORDER BY sequence DESC LIMIT ?";

    /** The number of records at either end that are enough to find their key, even if some were changed. */
    private static final int SAMPLE = 100;

    private static final int MOST_CHANGES = 10_000;

    private final JdbcTemplate jdbc;
    private final AuditTable table;
    private final AuditKeys keys;
    private volatile KnownHistory known;
    private volatile String reportedNewerKey;

    ChainKeys(JdbcTemplate jdbc, AuditTable table, AuditKeys keys) {
        this.jdbc = jdbc;
        this.table = table;
        this.keys = keys;
    }

    /** @param last the number of the last included change of keys; 0 without any */
    private record KnownHistory(long last, KeyHistory history) {}

    /**
     * Returns the key for the next records: the own key of this gateway, unless another gateway has changed to a newer
     * one.
     *
     * @param acceptsUnknown whether the own key may follow an unknown one
     * @throws StartupException if the chain already uses a key that this gateway does not have
     */
    AuditKey signing(KeyHistory history, boolean acceptsUnknown) {
        String current = history.current();
        if (current == null || current.equals(keys.own().id())) {
            return keys.own();
        }
        boolean isPast = history.isPast(keys.own());
        if (!isPast && (acceptsUnknown || history.key().isPresent())) {
            return keys.own();
        }
        AuditKey newer = history.key()
                .orElseThrow(() -> new StartupException("The audit trail is signed with the key " + current
                        + ", which this gateway does not have: add its secret to AUDIT_SECRET_ALSO, or set AUDIT_SECRET"
                        + " to it"));
        if (!current.equals(reportedNewerKey)) {
            LOG.warn(
                    "AUDIT_SECRET is the key {}, but the audit trail already uses the newer key {}. The gateway signs with"
                            + " the newer key. Set AUDIT_SECRET to its secret",
                    keys.own().id(),
                    current);
            reportedNewerKey = current;
        }
        return newer;
    }

    /** Returns the keys up to the end of the chain. */
    KeyHistory history() {
        Long last = jdbc.queryForObject(LAST_CHANGE, Long.class, KeyChange.ACTION);
        KnownHistory now = known;
        if (now == null || now.last() != last || now.history().current() == null) {
            now = new KnownHistory(last, readHistory());
            known = now;
        }
        return now.history();
    }

    /** An inserted change of keys has no valid signature, and is ignored. */
    private KeyHistory readHistory() {
        KeyHistory history = new KeyHistory(keys, null);
        for (AuditTable.Row row :
                jdbc.query(CHANGES, (rows, number) -> AuditTable.row(rows), KeyChange.ACTION, MOST_CHANGES)) {
            KeyChange change = KeyChange.of(row.record());
            if (change == null) {
                continue;
            }
            KeyHistory next = history.current() == null ? new KeyHistory(keys, change.from()) : history;
            String before = table.macBefore(row.sequence());
            keys.signer(before, row).ifPresentOrElse(key -> next.accepts(row, key), () -> next.acceptUnknown(row));
            if (!change.from().equals(next.current())) {
                history = next;
            }
        }
        return history.current() == null ? new KeyHistory(keys, sampled()) : history;
    }

    /**
     * Returns the id of the key that wrote the chain, according to its first and last records. Some of them may have
     * been changed, so a single valid one is sufficient. Returns null without records.
     */
    private String sampled() {
        List<AuditTable.Row> last = new ArrayList<>(
                jdbc.query(LAST_ROWS, (rows, number) -> AuditTable.row(rows), ChainEnd.HIGHEST, SAMPLE));
        Collections.reverse(last);
        if (last.isEmpty()) {
            return null;
        }
        String named = last.get(last.size() - 1).keyId();
        return signer(last)
                .or(() -> signer(table.rows(0, ChainEnd.HIGHEST, SAMPLE)))
                .map(AuditKey::id)
                .orElse(named == null || keys.find(named).isPresent() ? KeyChange.UNKNOWN : named);
    }

    /** Returns the key of the last valid row. */
    private Optional<AuditKey> signer(List<AuditTable.Row> rows) {
        Head before = new Head(0, AuditKey.GENESIS);
        Optional<AuditKey> found = Optional.empty();
        for (AuditTable.Row row : rows) {
            if (row.sequence() == before.sequence() + 1) {
                Optional<AuditKey> signer = keys.signer(before.mac(), row);
                found = signer.isPresent() ? signer : found;
            }
            before = new Head(row.sequence(), row.mac());
        }
        return found;
    }
}
