package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.server.audit.AuditedCall;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** The end of a request whose route has returned a {@link StreamedAnswer}. Any thread. */
final class StreamedRequest {

    private final RoutedRequest call;
    private final StreamedAnswer streamed;
    private final Verb verb;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext async;
    private final RequestPermit permit;
    private final RequestAdmission calls;
    private final AuditedCall audited;
    private final AnswerStream stream;

    StreamedRequest(
            RoutedRequest call,
            StreamedAnswer streamed,
            Verb verb,
            HttpServletRequest request,
            HttpServletResponse response,
            AsyncContext async,
            RequestPermit permit,
            RequestAdmission calls,
            AuditedCall audited) {
        this.call = call;
        this.streamed = streamed;
        this.verb = verb;
        this.request = request;
        this.response = response;
        this.async = async;
        this.permit = permit;
        this.calls = calls;
        this.audited = audited;
        this.stream = new AnswerStream(
                streamed,
                response,
                (ConnectionOutput) request.getAttribute(ConnectionOutput.ATTRIBUTE),
                failure -> calls.answers().inWords(request, failure),
                this::ended);
    }

    /** Sends the headers, and the pieces as they become available. The audit trail records the call before. */
    void start() {
        // The route has ended and may be replaced.
        permit.leaveRoute();
        // The rate at which the caller reads limits it.
        async.setTimeout(0);
        response.setHeader(RequestId.HEADER, RequestId.of(request));
        response.setHeader("Content-Type", streamed.contentType());
        response.setHeader("Cache-Control", "no-store");
        streamed.headers().forEach(response::setHeader);
        boolean isHeadersOnly = request.getMethod().equals("HEAD");
        audited.continuesAsJob(200)
                .whenCompleteAsync(
                        (recorded, failure) -> {
                            if (failure != null) {
                                call.end(() -> call.writeFailure(Failures.of(failure)));
                            } else if (isHeadersOnly) {
                                // The server swallows the content, so nothing would ever slow the stream down or end
                                // it.
                                stream.endAfterHeaders();
                            } else {
                                calls.streams(verb).start(permit.caller(), stream);
                            }
                        },
                        calls.answering());
    }

    private void ended(Reason reason, boolean isConnected) {
        if (reason == null && !isConnected) {
            audited.about("caller_gone", true);
        }
        if (reason != null && !isConnected) {
            calls.refusals().refused(verb.action(), reason, null);
        }
        audited.jobEnded(reason == null ? 200 : reason.status(), reason, streamed);
        call.settle();
        if (isConnected) {
            async.complete();
        }
    }

    /** Reports that the connection is closed. */
    void close() {
        stream.close();
    }
}
