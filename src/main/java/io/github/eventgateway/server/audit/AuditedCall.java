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
 * One audited call. A change is recorded before it has an effect, and again with its outcome. A query is recorded
 * before its result is shown. A record contains the answer that the caller got. Only {@link #aboutToChange} waits for
 * the database. One thread at a time, except for {@link #failed}, which may be called while the call still waits.
 */
public final class AuditedCall {

    private final AuditTrail trail;
    private final boolean changes;
    private volatile AuditRecord record;
    private volatile Long begun;
    private volatile Reason answered;
    private volatile boolean recorded;
    private final Map<String, Object> facts = new LinkedHashMap<>();

    AuditedCall(AuditTrail trail, boolean changes, AuditRecord record) {
        this.trail = trail;
        this.changes = changes;
        this.record = record;
    }

    /** Adds a detail that is known before the call begins. Each record of the call contains it. */
    public void about(String name, Object value) {
        facts.put(name, value);
    }

    /**
     * Begins the call.
     *
     * @param variables the variables of its path
     * @param parameters the parameters of its query
     * @param body its body; the record keeps its ids, filters and numbers
     * @return completes when the call may have an effect. It fails with {@code DATABASE_UNAVAILABLE} if the call would
     *     change something and cannot be recorded, and with {@code TOO_MANY_REQUESTS} if too many calls of its kind
     *     were refused; then the call must not have an effect. It completes on a thread that must not wait
     */
    public CompletableFuture<Void> begin(Map<String, String> variables, Map<String, String> parameters, byte[] body) {
        BoundedJson.Target target = BoundedJson.target(changes, variables, parameters, body, trail::kept);
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
     * Adds a record with details of the change that were unknown at the beginning, and waits until it is added. For
     * routes.
     *
     * @param what ids, types and digests, by name
     * @throws io.github.eventgateway.api.GatewayException with {@code DATABASE_UNAVAILABLE} if it cannot be recorded;
     *     then nothing must be changed
     */
    public void aboutToChange(Map<String, ?> what) {
        Map<String, Object> known = detail(null);
        known.putAll(what);
        try {
            record(record.withDetail(known)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof GatewayException refusal ? refusal : e;
        }
    }

    /**
     * Records the success of the call before its answer is written.
     *
     * @param data the content of the answer
     * @return completes when the answer may be written. It fails with {@code DATABASE_UNAVAILABLE} if the call shows
     *     something and cannot be recorded; then nothing must be shown, and the record says that the call failed. It
     *     completes on a thread that must not wait
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
     * Records that the call continues as a job, before its caller gets this answer.
     *
     * @return as {@link #succeeded}
     */
    public CompletableFuture<Void> continuesAsJob(int status) {
        return changes
                ? CompletableFuture.completedFuture(null)
                : record(record.ended(status, null, facts)).thenAccept(sequence -> {});
    }

    /**
     * Records the end of the job.
     *
     * @param status the status that a caller would have got
     * @param reason the reason of a failure; null without one
     * @param data the content that the answer would have had; null after a failure
     */
    public void jobEnded(int status, Reason reason, Object data) {
        recordEnd(record.ended(status, reason == null ? null : reason.name(), detail(data)));
    }

    /** Records that the call was refused or failed, with the reason that its caller gets. No result is shown. */
    public void failed(Reason reason) {
        answered = reason;
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
     * Records the end of a call after its caller was told that it failed, or has gone. The result was not shown.
     * Changes remain.
     *
     * @param status the status that the answer would have had
     * @param data the content that the answer would have had; null after a failure
     */
    public void endedLate(int status, Object data) {
        if (begun == null) {
            return;
        }
        Map<String, Object> detail = detail(data);
        if (answered == null) {
            detail.put("caller_gone", true);
            recordEnd(record.ended(status, null, detail));
        } else {
            detail.put("late_status", status);
            recordEnd(record.ended(answered.status(), answered.name(), detail));
        }
    }

    private void recordEnd(AuditRecord end) {
        if (begun != null && end.outcome().equals(AuditRecord.REFUSED)) {
            trail.addRefusedChange(end);
        }
        trail.recordInAnyCase(end);
    }

    /** If the trail refuses the call, it still has the record, and adds the refusal to it. */
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
