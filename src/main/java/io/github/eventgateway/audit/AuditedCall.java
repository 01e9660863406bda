package io.github.eventgateway.audit;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.Reason;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One call that is audited. What changes something is recorded before it happens, and again with its end; what shows
 * something is recorded before it is shown. A record says what the caller was told.
 * No method waits for the database. One thread at a time, but for
 * {@link #failed}, which may come while the call still waits.
 */
public final class AuditedCall {

    private final AuditTrail trail;
    private final boolean changes;
    private volatile AuditRecord record;
    private volatile Long begun;
    private volatile Reason told;
    private volatile boolean recorded;

    AuditedCall(AuditTrail trail, boolean changes, AuditRecord record) {
        this.trail = trail;
        this.changes = changes;
        this.record = record;
    }

    /**
     * The call is about to happen.
     *
     * @param variables of its path
     * @param parameters of its query
     * @param body its body, of which ids, filters and numbers are kept
     * @return done when it may happen; fails with {@code DATABASE_UNAVAILABLE} where it would change something and cannot be
     *     recorded: then it must not happen. It completes on a thread that must not be held up
     */
    public CompletableFuture<Void> begin(Map<String, String> variables, Map<String, String> parameters, byte[] body) {
        record = new AuditRecord(
                record.at(),
                record.outcome(),
                record.subject(),
                record.action(),
                BoundedJson.target(variables, trail.withheld(parameters), body),
                record.address(),
                record.requestId(),
                null,
                null,
                1,
                record.detail());
        if (!changes) {
            return CompletableFuture.completedFuture(null);
        }
        return trail.isFailing() ? AuditTrail.unavailable() : record(record).thenAccept(sequence -> begun = sequence);
    }

    /**
     * The call has succeeded, and its answer is about to be written.
     *
     * @param data what the answer holds
     * @return done when it may be written; fails with {@code DATABASE_UNAVAILABLE} where it shows something and cannot be
     *     recorded: then it must not be shown, and the record says that it failed. It completes on a thread that must not be
     *     held up
     */
    public CompletableFuture<Void> succeeded(int status, Object data) {
        AuditRecord end = record.ended(status, null, detail(data));
        if (changes) {
            trail.recordInAnyCase(end);
            return CompletableFuture.completedFuture(null);
        }
        return record(end).thenAccept(sequence -> {});
    }

    /** The call was refused or has failed, and its caller is told so; nothing is shown. */
    public void failed(Reason reason) {
        told = reason;
        if (recorded) {
            return;
        }
        AuditRecord end = record.ended(reason.status(), reason.name(), detail(null));
        if (begun == null) {
            trail.recordRefusal(end);
        } else {
            trail.recordInAnyCase(end);
        }
    }

    /**
     * The call has come to its end, but its caller was told before that it failed, or is gone. What would have been shown
     * was not; what was changed stays changed.
     *
     * @param status what would have been answered
     * @param data what the answer would have held; null where it failed
     */
    public void endedLate(int status, Object data) {
        if (begun == null) {
            return;
        }
        Map<String, Object> detail = detail(data);
        if (told == null) {
            detail.put("caller_gone", true);
            trail.recordInAnyCase(record.ended(status, null, detail));
        } else {
            detail.put("late_status", status);
            trail.recordInAnyCase(record.ended(told.status(), told.name(), detail));
        }
    }

    /** Where the trail refuses, it has taken the record all the same, and enters the refusal in it. */
    private CompletableFuture<Long> record(AuditRecord one) {
        recorded = true;
        return trail.record(one).thenApply(sequence -> {
            recorded = !one.outcome().equals(AuditRecord.BEGUN);
            return sequence;
        });
    }

    private Map<String, Object> detail(Object data) {
        Map<String, Object> detail = new LinkedHashMap<>();
        if (begun != null) {
            detail.put("begun", begun);
        }
        if (data instanceof Audited known) {
            detail.putAll(known.audited());
        } else if (data instanceof Collection<?> items) {
            detail.put("items", items.size());
        } else if (data instanceof Map<?, ?> counts) {
            counts.forEach((name, value) -> {
                if (value instanceof Number || value instanceof Boolean) {
                    detail.put(String.valueOf(name), value);
                }
            });
        }
        return detail;
    }
}
