package io.github.eventgateway.server.audit;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One call that is audited. What changes something is recorded before it happens, and again with its end; what shows
 * something is recorded before it is shown. A record says what the caller was told. No method but {@link #aboutToChange}
 * waits for the database. One thread at a time, but for {@link #failed}, which may come while the call still waits.
 */
public final class AuditedCall {

    private final AuditTrail trail;
    private final boolean changes;
    private volatile AuditRecord record;
    private volatile Long begun;
    private volatile Reason told;
    private volatile boolean recorded;
    private final Map<String, Object> facts = new LinkedHashMap<>();

    AuditedCall(AuditTrail trail, boolean changes, AuditRecord record) {
        this.trail = trail;
        this.changes = changes;
        this.record = record;
    }

    /** What is known of the call before it begins; it stands in each of its records. */
    public void about(String name, Object value) {
        facts.put(name, value);
    }

    /**
     * The call is about to happen.
     *
     * @param variables of its path
     * @param parameters of its query
     * @param body its body, of which ids, filters and numbers are kept
     * @return done when it may happen; fails with {@code DATABASE_UNAVAILABLE} where it would change something and cannot be
     *     recorded, and with {@code TOO_MANY_REQUESTS} where too many of its kind were refused: then it must not happen. It completes on a thread that must not be held up
     */
    public CompletableFuture<Void> begin(Map<String, String> variables, Map<String, String> parameters, byte[] body) {
        BoundedJson.Target target = BoundedJson.target(variables, trail.withheld(parameters), body);
        record = new AuditRecord(
                record.at(),
                record.outcome(),
                record.subject(),
                record.action(),
                target.json(),
                record.address(),
                record.requestId(),
                null,
                null,
                1,
                BoundedJson.of(facts),
                target.personal());
        if (!changes) {
            return CompletableFuture.completedFuture(null);
        }
        if (trail.isOneChangeTooMany(record)) {
            return CompletableFuture.failedFuture(new GatewayException(Reason.TOO_MANY_REQUESTS));
        }
        return trail.isFailing() ? AuditTrail.unavailable() : record(record).thenAccept(sequence -> begun = sequence);
    }

    /**
     * The call is about to change something that was not known when it began: a further record says what. Waits until it is
     * there; to be called by a route.
     *
     * @param what ids, types and digests, by name
     * @throws io.github.eventgateway.api.GatewayException with {@code DATABASE_UNAVAILABLE} where it cannot be recorded: then
     *     it must not happen
     */
    public void aboutToChange(Map<String, ?> what) {
        Map<String, Object> known = detail(null);
        known.putAll(what);
        try {
            record(record.goingOn(known)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof GatewayException refusal ? refusal : e;
        }
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
            recordEnd(end);
            return CompletableFuture.completedFuture(null);
        }
        return record(end).thenAccept(sequence -> {});
    }

    /**
     * The call's work goes on as a job, and its caller is about to be told so.
     *
     * @return as {@link #succeeded}
     */
    public CompletableFuture<Void> goesOn(int status) {
        return changes
                ? CompletableFuture.completedFuture(null)
                : record(record.ended(status, null, facts)).thenAccept(sequence -> {});
    }

    /**
     * The job has come to its end.
     *
     * @param status what a caller would have been answered
     * @param reason why it failed; null where it did not
     * @param data what the answer would have held; null where it failed
     */
    public void jobEnded(int status, Reason reason, Object data) {
        recordEnd(record.ended(status, reason == null ? null : reason.name(), detail(data)));
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
            recordEnd(end);
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
            recordEnd(record.ended(status, null, detail));
        } else {
            detail.put("late_status", status);
            recordEnd(record.ended(told.status(), told.name(), detail));
        }
    }

    private void recordEnd(AuditRecord end) {
        if (begun != null && end.outcome().equals(AuditRecord.REFUSED)) {
            trail.addRefusedChange(end);
        }
        trail.recordInAnyCase(end);
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
        Map<String, Object> detail = new LinkedHashMap<>(facts);
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
