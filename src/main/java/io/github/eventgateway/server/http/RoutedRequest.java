package io.github.eventgateway.server.http;

import io.github.eventgateway.api.CallProperties;
import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.StreamedAnswer;
import io.github.eventgateway.job.Job;
import io.github.eventgateway.server.audit.AuditedCall;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One request on its way through a route and back. The thread of the request reads the available body and runs the
 * route up to its first wait, or hands the route over if it may wait for the database. The thread that ends the wait
 * writes the answer. No thread waits for a body to arrive or for the audit trail. Any thread.
 */
final class RoutedRequest implements AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(RoutedRequest.class);

    private final VerbTable.Match match;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final RequestPermit permit;
    private final RequestAdmission calls;
    private final String requestId;
    private final RequestCaller caller;
    private final RequestAudit audit;
    private final VerbInput input;
    private final RequestOutput output;
    private final AuditedCall audited;
    private final RequestJob job;
    private final AtomicReference<FirstAnswer> answered = new AtomicReference<>();
    private final long startedAt = System.nanoTime();
    private AsyncContext async;
    private BodyBuffer body;
    private RequestReading reading;
    private volatile boolean routed;
    private volatile boolean timedOut;
    private volatile StreamedRequest stream;

    RoutedRequest(
            VerbTable.Match match,
            HttpServletRequest request,
            HttpServletResponse response,
            RequestPermit permit,
            RequestAdmission calls) {
        this.match = match;
        this.request = request;
        this.response = response;
        this.permit = permit;
        this.calls = calls;
        this.requestId = RequestId.of(request);
        this.caller = RequestCaller.of(request);
        this.audit = new RequestAudit(calls.audit(), match.verb(), caller, requestId);
        this.audited = audit.call();
        this.job = new RequestJob(calls.jobs());
        this.input = new VerbInput(match.verb(), request);
        this.output = new RequestOutput(calls.answers(), match.verb(), requestId, request, response);
    }

    void run() {
        attempt(this::read);
    }

    private void read() throws Exception {
        input.check();
        int limit = calls.memory().longest(match.verb());
        long length = request.getContentLengthLong();
        if (length > limit) {
            throw BodyBuffer.tooLarge(limit);
        }
        body = new BodyBuffer(permit, limit, (int) length);
        reading = new RequestReading(this, request, response, body, calls.settings(), startedAt);
        if (reading.hasArrived(length)) {
            reading.readAtOnce((int) length);
            startAsync(calls.settings().requestTimeout().toMillis());
            route();
        } else {
            startAsync(calls.settings().bodyTimeout().toMillis());
            reading.readAsItArrives(async);
        }
    }

    /** The only answer that the caller gets: the result or failure of the call, or the path of a job. */
    private enum FirstAnswer {
        RESULT,
        JOB
    }

    private boolean isFirst(FirstAnswer kind) {
        return answered.compareAndSet(null, kind);
    }

    /** A part of the call on a thread of the server. */
    @FunctionalInterface
    interface Part {
        void run() throws Exception;
    }

    void attempt(Part part) {
        MDC.put(RequestId.MDC_KEY, requestId);
        try {
            part.run();
        } catch (GatewayException e) {
            refuse(e);
        } catch (BadRequestException | InvalidParameterException e) {
            refuse(new GatewayException(Reason.MALFORMED_REQUEST));
        } catch (IOException e) {
            LOG.debug("The caller closed the connection before its request was complete", e);
            answered.set(FirstAnswer.RESULT);
            finish();
        } catch (Exception | Error e) {
            failUnexpectedly(e);
        } finally {
            MDC.remove(RequestId.MDC_KEY);
        }
    }

    /** Answers a failure of the gateway itself, and logs it. */
    void failUnexpectedly(Throwable failure) {
        FatalErrors.endOn(failure);
        LOG.error("{} {} failed", match.verb().method(), match.verb().pattern(), failure);
        refuse(new GatewayException(Reason.INTERNAL_ERROR));
    }

    /** Answers a failure of the call, or records it if the caller was answered before. */
    void refuse(GatewayException failure) {
        job.failed(failure.reason());
        if (isFirst(FirstAnswer.RESULT)) {
            job.forget();
            audit.failed(failure.reason());
            writeFailure(failure);
            finish();
        } else {
            endLate(failure.reason().status(), failure.reason(), null);
        }
    }

    /**
     * The caller was answered before, or has left.
     *
     * @param reason why the call failed; null if it did not
     */
    private void endLate(int status, Reason reason, Object data) {
        if (answered.get() == FirstAnswer.JOB) {
            audited.jobEnded(status, reason, data);
        } else {
            audit.endedLate(status, data);
        }
        permit.leave();
    }

    private void startAsync(long timeoutMs) {
        async = request.startAsync(request, response);
        async.setTimeout(timeoutMs);
        async.addListener(this);
    }

    /**
     * Refuses the request while its body is being read.
     *
     * @param before runs first, unless the caller was answered before
     * @return whether the caller was not answered before
     */
    boolean refuseUnread(GatewayException failure, Runnable before) {
        if (!isFirst(FirstAnswer.RESULT)) {
            return false;
        }
        before.run();
        audit.failed(failure.reason());
        writeFailure(failure);
        output.flush();
        return true;
    }

    /** Runs the route, when the body has arrived. */
    void route() throws Exception {
        byte[] bytes = body.toBytes();
        body.reserveParsing(bytes, match.verb().acceptsBatches());
        Map<String, String> parameters = input.parameters();
        Map<String, String> headers = input.headers();
        routed = true;
        if (audited == null) {
            process(bytes, parameters, headers);
            return;
        }
        String jobs = calls.settings().longWork().jobsOf(match.verb());
        if (jobs != null) {
            audited.about("job", job.start(jobs, caller.subject()).id());
        }
        audited.begin(match.variables(), parameters, bytes).whenComplete((begun, failure) -> {
            if (failure == null) {
                long since = System.nanoTime();
                permit.run(() -> attempt(() -> {
                    permit.checkWait(since);
                    processInTime(bytes, parameters, headers);
                }));
            } else {
                calls.answering()
                        .execute(() -> attempt(() -> {
                            throw Failures.of(failure);
                        }));
            }
        });
    }

    /** Ends a call that timed out while it waited for a thread, or a read whose caller has left. */
    private void processInTime(byte[] bytes, Map<String, String> parameters, Map<String, String> headers)
            throws Exception {
        if (timedOut || answered.get() != null && match.verb().method().equals("GET")) {
            job.failed(Reason.OVERLOADED);
            endLate(Reason.OVERLOADED.status(), Reason.OVERLOADED, null);
        } else {
            job.afterFirstProgress(calls.settings().longWork().answerAfter(), calls.answering(), this::answerWithJob);
            process(bytes, parameters, headers);
        }
    }

    /** The work takes too long for a request. It continues as a job, and the caller gets the path of the job. */
    private void answerWithJob() {
        if (!isFirst(FirstAnswer.JOB)) {
            return;
        }
        async.setTimeout(0);
        audited.continuesAsJob(202)
                .whenCompleteAsync(
                        (recorded, failure) -> {
                            if (failure != null) {
                                job.get().stop();
                            }
                            output.write(
                                    failure == null
                                            ? () -> output.writeJob(job.get())
                                            : () -> writeFailure(Failures.of(failure)));
                            async.complete();
                        },
                        calls.answering());
    }

    private void process(byte[] bytes, Map<String, String> parameters, Map<String, String> headers) throws Exception {
        VerbConsumer consumer = match.verb().handler();
        Exchange exchange = consumer.createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(CallProperties.REQUEST_ID, requestId);
        exchange.setProperty(CallProperties.CONTENT_TYPE, input.mediaType());
        exchange.setProperty(CallProperties.AUDITED, audited);
        exchange.setProperty(Job.PROPERTY, job.get());
        caller.describe(exchange, calls.tokens());
        Message message = exchange.getMessage();
        message.setBody(bytes);
        match.variables().forEach(message::setHeader);
        parameters.forEach(message::setHeader);
        headers.forEach(message::setHeader);
        new RouteRun(this, match.verb(), consumer, requestId, calls.refusals()).start(exchange);
    }

    /**
     * Answers the call with the result of its route. The audit record contains the answer, so everything that can fail
     * comes first, then the record, then the answer.
     */
    void answer(Message message) {
        if (message.getBody() instanceof StreamedAnswer streamed) {
            answerPieceByPiece(streamed);
            return;
        }
        job.ended(RouteAnswer.data(message));
        if (!isFirst(FirstAnswer.RESULT)) {
            endLate(RouteAnswer.status(message), null, RouteAnswer.data(message));
            return;
        }
        job.forget();
        RouteAnswer.PendingAnswer answer = output.ready(message);
        if (answer == null) {
            audit.failed(Reason.INTERNAL_ERROR);
            end(() -> writeFailure(new GatewayException(Reason.INTERNAL_ERROR)));
        } else if (audited == null) {
            end(answer);
        } else {
            recordAndEnd(message, answer);
        }
    }

    private void answerPieceByPiece(StreamedAnswer streamed) {
        if (isFirst(FirstAnswer.RESULT)) {
            stream =
                    new StreamedRequest(this, streamed, match.verb(), request, response, async, permit, calls, audited);
            stream.start();
        } else {
            settle();
        }
    }

    private void recordAndEnd(Message message, RouteAnswer.PendingAnswer answer) {
        // The server must not end the request while its record waits for the database.
        async.setTimeout(0);
        audited.succeeded(RouteAnswer.status(message), RouteAnswer.data(message))
                .whenCompleteAsync(
                        (recorded, failure) -> end(failure == null ? answer : () -> writeFailure(Failures.of(failure))),
                        calls.answering());
    }

    /** Writes the answer and ends the request. */
    void end(RouteAnswer.PendingAnswer answer) {
        output.write(answer);
        finish();
    }

    void writeFailure(GatewayException failure) {
        if (!routed) {
            calls.rejectedUnread(match.verb(), failure.reason());
        }
        output.writeFailure(failure);
    }

    /** The last access to request and response: the server reuses both after the answer is complete. */
    void finish() {
        settle();
        if (async != null) {
            async.complete();
        }
    }

    void settle() {
        permit.leave();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        if (reading.endsAtTimeout()) {
            return;
        }
        if (isFirst(FirstAnswer.RESULT)) {
            LOG.error(
                    "{} {} did not end within gateway.http.request-timeout",
                    match.verb().method(),
                    match.verb().pattern());
            timedOut = true;
            audit.failed(Reason.OVERLOADED);
            writeFailure(new GatewayException(Reason.OVERLOADED));
            async.complete();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // The end of the route releases everything, whenever it comes.
    }

    @Override
    public void onError(AsyncEvent event) {
        if (reading.endsAtError(event)) {
            return;
        }
        if (stream != null) {
            stream.close();
            async.complete();
            return;
        }
        boolean first = isFirst(FirstAnswer.RESULT);
        if (reading.stop()) {
            settle();
        }
        if (first || !routed) {
            // Otherwise the server looks for an error page, but the caller has left.
            async.complete();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It never restarts.
    }
}
