package io.github.eventgateway.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.api.Violation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/**
 * Writes every JSON answer in the form {@code {"code", "message", "data"}}, with the message in the language of the
 * caller. Any thread.
 */
@Component
public class AnswerWriter {

    private static final int RETRY_AFTER_SECONDS = 1;

    private final ObjectMapper json;
    private final MessageSource messages;

    AnswerWriter(ObjectMapper json, MessageSource messages) {
        this.json = json;
        this.messages = messages;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Envelope(int code, String message, Object data) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Refusal(String reason, String requestId, List<Violation> details) {}

    /** An answer that is ready to be written. */
    record JsonAnswer(int status, Locale language, byte[] body) {}

    /** Creates an answer with this status, the sentence of this key, and this data. Null data is omitted. */
    public void write(
            HttpServletRequest request, HttpServletResponse response, int status, String messageKey, Object data)
            throws IOException {
        write(request, response, ready(request, status, messageKey, data));
    }

    /** Serialises the answer in advance, so that writing it cannot fail because of its data. */
    JsonAnswer ready(HttpServletRequest request, int status, String messageKey, Object data) throws IOException {
        Locale language = Languages.of(request.getHeader("Accept-Language"));
        String message = messages.getMessage(messageKey, null, messageKey, language);
        return new JsonAnswer(status, language, json.writeValueAsBytes(new Envelope(status, message, data)));
    }

    /** Converts the failure to one line of JSON in the form of an answer. */
    byte[] inWords(HttpServletRequest request, GatewayException failure) {
        try {
            return ready(
                            request,
                            failure.reason().status(),
                            "reason." + failure.reason().name(),
                            refusal(request, failure))
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Refusal refusal(HttpServletRequest request, GatewayException failure) {
        List<Violation> details = failure.details().isEmpty() ? null : failure.details();
        return new Refusal(failure.reason().name(), RequestId.of(request), details);
    }

    void write(HttpServletRequest request, HttpServletResponse response, JsonAnswer ready) throws IOException {
        response.setStatus(ready.status());
        request.setAttribute(RequestMetrics.STATUS, ready.status());
        response.setHeader(RequestId.HEADER, RequestId.of(request));
        response.setHeader("Content-Type", "application/json");
        response.setHeader("Content-Language", ready.language().getLanguage());
        response.addHeader("Vary", "Accept-Language");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(ready.body().length);
        response.getOutputStream().write(ready.body());
    }

    /** Creates an error answer with the status of the reason, the reason and the details. */
    public void writeFailure(HttpServletRequest request, HttpServletResponse response, GatewayException failure)
            throws IOException {
        Reason reason = failure.reason();
        if (reason.isTemporary() && !response.containsHeader("Retry-After")) {
            response.setHeader("Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
        }
        if (reason == Reason.STOPPING) {
            response.setHeader("Connection", "close");
        }
        write(request, response, reason.status(), "reason." + reason.name(), refusal(request, failure));
    }
}
