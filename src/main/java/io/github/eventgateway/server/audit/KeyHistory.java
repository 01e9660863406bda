package io.github.eventgateway.server.audit;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The valid key at one position of the chain. A key replaces another one by a {@link KeyChange} that the other key
 * endorses. A replaced key never becomes valid again, so a stolen old secret cannot sign later records. One thread.
 */
final class KeyHistory {

    private final AuditKeys keys;
    private final Set<String> past = new HashSet<>();
    private String current;

    /** @param current the id of the current key; null if none is known yet */
    KeyHistory(AuditKeys keys, String current) {
        this.keys = keys;
        this.current = current;
    }

    /** Returns the id of the current key, or null if none is known. This gateway may not have that key. */
    String current() {
        return current;
    }

    /** Returns the valid key, if this gateway has it. */
    Optional<AuditKey> key() {
        return keys.find(current);
    }

    boolean isPast(AuditKey key) {
        return past.contains(key.id());
    }

    /** Advances to a row that this key has signed; returns false if the key may not sign at this position. */
    boolean accepts(AuditTable.Row row, AuditKey signer) {
        String id = signer.id();
        if (current == null) {
            current = id;
            return true;
        }
        return id.equals(current) || row.keyId() != null && acceptsChange(KeyChange.of(row.record()), id);
    }

    /** Advances to a row in which the valid key names the next one, which this gateway does not have. */
    void acceptUnknown(AuditTable.Row row) {
        KeyChange change = KeyChange.of(row.record());
        if (change != null && change.from().equals(current) && key().isPresent()) {
            acceptsChange(change, row.keyId());
        }
    }

    private boolean acceptsChange(KeyChange change, String signer) {
        if (change == null
                || past.contains(signer)
                || !change.to().equals(signer)
                || !change.from().equals(current)
                || !isEndorsed(change)) {
            return false;
        }
        past.add(current);
        current = signer;
        return true;
    }

    /** Without the previous key, the endorsement cannot be verified. */
    private boolean isEndorsed(KeyChange change) {
        return keys.find(change.from())
                .map(from -> from.endorsement(change.to()).equals(change.endorsement()))
                .orElse(true);
    }
}
