package io.github.eventgateway.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;

/** What the server knows of a body that a servlet cannot ask: how much of it is there, and whether the rest matters. */
final class RequestInput {

    private static final String ATTRIBUTE = RequestInput.class.getName();

    private final Request request;

    private RequestInput(Request request) {
        this.request = request;
    }

    static RequestInput attach(org.apache.catalina.connector.Request request) {
        RequestInput input = new RequestInput(request.getCoyoteRequest());
        request.setAttribute(ATTRIBUTE, input);
        return input;
    }

    /** Of a request with a body, while it is in this server; else null. */
    static RequestInput of(HttpServletRequest request) {
        return (RequestInput) request.getAttribute(ATTRIBUTE);
    }

    /** How many bytes can be read without waiting. */
    int available() {
        request.action(ActionCode.AVAILABLE, Boolean.FALSE);
        return request.getAvailable();
    }

    boolean isRead() {
        AtomicBoolean read = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return read.get();
    }

    /** The connection ends with the answer: nobody waits for the rest of the body. */
    void abandon() {
        request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        // to the server this is an error; it would run the whole request again to have it reported
        request.getResponse().setErrorReported();
    }
}
