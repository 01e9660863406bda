package io.github.eventgateway.server.audit;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which key the chain is signed with at one place of it. A key takes the place of another by a {@link KeyChange} that the other
 * one endorses, and none comes back: who has stolen an old secret can sign nothing that stands after its change. One thread.
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

    /** The key that is in force, if this gateway has it. */
    Optional<AuditKey> key() {
        return keys.find(current);
    }

    boolean isPast(AuditKey key) {
        return past.contains(key.id());
    }

    /** Goes on to a row, which this key has signed; returns false where that key may not sign at this place. */
    boolean takes(AuditTable.Row row, AuditKey signer) {
        String id = signer.id();
        if (current == null) {
            current = id;
            return true;
        }
        return id.equals(current) || row.keyId() != null && takesChange(KeyChange.of(row.record()), id);
    }

    /** Goes on to a row in which the key in force names the next one, which this gateway does not have. */
    void takesUnknown(AuditTable.Row row) {
        KeyChange change = KeyChange.of(row.record());
        if (change != null && change.from().equals(current) && key().isPresent()) {
            takesChange(change, row.keyId());
        }
    }

    private boolean takesChange(KeyChange change, String signer) {
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

    /** A key that this gateway does not have cannot be asked. */
    private boolean isEndorsed(KeyChange change) {
        return keys.find(change.from())
                .map(from -> from.endorsement(change.to()).equals(change.endorsement()))
                .orElse(true);
    }
}
