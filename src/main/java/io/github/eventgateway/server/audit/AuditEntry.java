package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.Reason;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A record that waits for the database. If its caller gives up, the record says that the call failed. Any thread. */
final class AuditEntry {

    private final AuditRecord record;
    private final CompletableFuture<Long> sequence = new CompletableFuture<>();
    private volatile Reason refusal;
    private boolean writtenAsRefused;

    AuditEntry(AuditRecord record) {
        this.record = record;
    }

    /** Refuses the call. Returns whether the record can still say so; if not, its number is known. */
    boolean giveUp(Reason reason) {
        refusal = reason;
        return sequence.cancel(false);
    }

    /** Returns the number of the record in the chain, when it is added. Cancelled if the caller gave up. */
    CompletableFuture<Long> sequence() {
        return sequence;
    }

    /** Returns the record as its call ended. */
    AuditRecord toWrite() {
        writtenAsRefused = sequence.isCancelled();
        return writtenAsRefused ? refused(Map.of()) : record;
    }

    /** Returns whether {@link #toWrite} would return the same record again. */
    boolean isStillTrue() {
        return writtenAsRefused == sequence.isCancelled();
    }

    /** Returns a record that corrects this one, if its caller gave up during the commit; otherwise null. */
    AuditRecord written(long number) {
        return sequence.complete(number) || writtenAsRefused ? null : refused(Map.of("corrects", number));
    }

    private AuditRecord refused(Map<String, Object> detail) {
        return record.ended(refusal.status(), refusal.name(), detail);
    }
}
