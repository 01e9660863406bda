package io.github.eventgateway.server.http;

import io.github.eventgateway.api.Answer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Converts the message at the end of a route to the answer of the request. Any thread. */
final class RouteAnswer {

    private static final String JSON = "application/json";

    /** The exchange property with the key of the message that a route chooses for its answer. */
    private static final String MESSAGE_KEY = "message";

    private final AnswerWriter answers;
    private final HttpServletRequest request;
    private final HttpServletResponse response;

    RouteAnswer(AnswerWriter answers, HttpServletRequest request, HttpServletResponse response) {
        this.answers = answers;
        this.request = request;
        this.response = response;
    }

    /** An answer to be written. */
    @FunctionalInterface
    interface PendingAnswer {
        void write() throws IOException;
    }

    static int status(Message message) {
        return message.getBody() instanceof Answer answer
                ? answer.status()
                : message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
    }

    static Object data(Message message) {
        return message.getBody() instanceof Answer answer ? answer.data() : message.getBody();
    }

    /**
     * Serialises the answer, so that writing it cannot fail because of its data.
     *
     * @throws IOException if the data cannot be serialised
     */
    PendingAnswer of(Message message) throws IOException {
        if (message.getBody() instanceof Answer answer) {
            PendingAnswer ready = ready(answer.status(), answer.messageKey(), answer.data());
            return answer.location() == null ? ready : () -> writeAt(answer.location(), ready);
        }
        if (!JSON.equals(message.getHeader(Exchange.CONTENT_TYPE, JSON, String.class))) {
            byte[] bytes = message.getBody(byte[].class);
            String type = message.getHeader(Exchange.CONTENT_TYPE, String.class);
            Objects.requireNonNull(bytes, "The route produced no bytes");
            return () -> writeAsItIs(type, bytes);
        }
        String key = message.getExchange().getProperty(MESSAGE_KEY, "ok", String.class);
        return ready(status(message), key, message.getBody());
    }

    private PendingAnswer ready(int status, String messageKey, Object data) throws IOException {
        AnswerWriter.JsonAnswer answer = answers.ready(request, status, messageKey, data);
        return () -> answers.write(request, response, answer);
    }

    private void writeAt(String location, PendingAnswer answer) throws IOException {
        response.setHeader("Location", location);
        answer.write();
    }

    private void writeAsItIs(String type, byte[] bytes) throws IOException {
        response.setHeader(RequestId.HEADER, RequestId.of(request));
        response.setHeader("Content-Type", type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
