package io.github.eventgateway.audit;

import io.github.eventgateway.api.Audited;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call that is audited. What changes something is recorded before it happens, and again with its end; what shows
 * something is recorded before it is shown. One thread at a time.
 */
public final class AuditedCall {

    private final AuditTrail trail;
    private final boolean changes;
    private AuditRecord record;
    private Long begun;

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
     * @throws GatewayException with {@code DATABASE_UNAVAILABLE} where it would change something and cannot be recorded:
     *     then it must not happen
     */
    public void begin(Map<String, String> variables, Map<String, String> parameters, byte[] body) {
        record = new AuditRecord(
                record.at(),
                record.outcome(),
                record.subject(),
                record.action(),
                BoundedJson.target(variables, parameters, body),
                record.address(),
                record.requestId(),
                null,
                null,
                1,
                record.detail());
        if (changes) {
            if (trail.isFailing()) {
                throw new GatewayException(Reason.DATABASE_UNAVAILABLE);
            }
            begun = trail.record(record);
        }
    }

    /**
     * The call has succeeded, and its answer is about to be written.
     *
     * @param data what the answer holds
     * @throws GatewayException with {@code DATABASE_UNAVAILABLE} where it shows something and cannot be recorded: then it
     *     must not be shown
     */
    public void succeeded(int status, Object data) {
        AuditRecord end = record.ended(status, null, detail(data));
        if (changes) {
            trail.recordInAnyCase(end);
        } else {
            trail.record(end);
        }
    }

    /** The call was refused or has failed; nothing is shown. */
    public void failed(Reason reason) {
        AuditRecord end = record.ended(reason.status(), reason.name(), detail(null));
        if (begun == null) {
            trail.recordLater(end);
        } else {
            trail.recordInAnyCase(end);
        }
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
