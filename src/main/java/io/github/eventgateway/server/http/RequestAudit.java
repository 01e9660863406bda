package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.server.audit.AuditedCall;

/**
 * The audit of one request. Publishing is not audited, but the use of a token without permission is. Threads as {@link
 * AuditedCall}.
 */
final class RequestAudit {

    private final AuditTrail trail;
    private final Verb verb;
    private final RequestCaller caller;
    private final AuditedCall call;

    RequestAudit(AuditTrail trail, Verb verb, RequestCaller caller, String requestId) {
        this.trail = trail;
        this.verb = verb;
        this.caller = caller;
        this.call = verb.isAudited()
                ? trail.call(!verb.method().equals("GET"), caller.subject(), verb.action(), caller.address(), requestId)
                : null;
    }

    /** Returns the audited call; null if the verb is not audited. */
    AuditedCall call() {
        return call;
    }

    /** Records that the call was refused or failed. */
    void failed(Reason reason) {
        if (call != null) {
            call.failed(reason);
        } else if (reason == Reason.TYPE_NOT_ALLOWED && caller.subject() != null) {
            trail.refused(reason.status(), reason.name(), caller.subject(), verb.action(), caller.address());
        }
    }

    /** Records the end of a call that {@link AuditedCall#endedLate ended late}. */
    void endedLate(int status, Object data) {
        if (call != null) {
            call.endedLate(status, data);
        }
    }
}
