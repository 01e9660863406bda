package io.github.eventgateway.server.http;

import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.job.Job;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Writes the answer to one request. The caller may have left. One thread at a time. */
final class RequestOutput {

    private static final Logger LOG = LoggerFactory.getLogger(RequestOutput.class);

    private final AnswerWriter answers;
    private final Verb verb;
    private final String requestId;
    private final HttpServletRequest request;
    private final HttpServletResponse response;

    RequestOutput(
            AnswerWriter answers,
            Verb verb,
            String requestId,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.answers = answers;
        this.verb = verb;
        this.requestId = requestId;
        this.request = request;
        this.response = response;
    }

    /** Writes an answer that {@link #ready} returned. */
    void write(RouteAnswer.PendingAnswer answer) {
        MDC.put(RequestId.MDC_KEY, requestId);
        try {
            answer.write();
        } catch (IOException e) {
            LOG.debug("The caller closed the connection before the answer", e);
        } catch (RuntimeException | Error e) {
            logUnanswerable(e);
        } finally {
            MDC.remove(RequestId.MDC_KEY);
        }
    }

    private void logUnanswerable(Throwable failure) {
        FatalErrors.endOn(failure);
        LOG.error("The response to {} {} cannot be written", verb.method(), verb.pattern(), failure);
    }

    /** Returns null if the result of the route cannot be answered. */
    RouteAnswer.PendingAnswer ready(Message message) {
        try {
            return new RouteAnswer(answers, request, response).of(message);
        } catch (IOException | RuntimeException | Error e) {
            logUnanswerable(e);
            return null;
        }
    }

    /** Writes a failure, unless an answer has begun. */
    void writeFailure(GatewayException failure) {
        try {
            if (!response.isCommitted()) {
                response.resetBuffer();
                answers.writeFailure(request, response, failure);
            }
        } catch (IOException e) {
            LOG.debug("The caller closed the connection before the answer", e);
        }
    }

    /** Runs before the connection ends with the answer. */
    void flush() {
        try {
            response.flushBuffer();
        } catch (IOException e) {
            LOG.debug("The caller closed the connection before the answer", e);
        }
    }

    /** Writes the path of a job, because the work takes too long for a request. */
    void writeJob(Job job) throws IOException {
        response.setHeader("Location", job.path());
        answers.write(request, response, 202, "jobs.accepted", job.shown());
    }
}
