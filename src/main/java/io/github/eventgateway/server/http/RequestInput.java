package io.github.eventgateway.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/** What the server knows of a body that a servlet cannot ask: how much of it is there, and whether the rest matters. */
final class RequestInput {

    private static final String ATTRIBUTE = RequestInput.class.getName();

    private final org.apache.catalina.connector.Request servletRequest;
    private final Request request;
    private final DiscardedInput forgotten = new DiscardedInput();

    private RequestInput(org.apache.catalina.connector.Request servletRequest) {
        this.servletRequest = servletRequest;
        this.request = servletRequest.getCoyoteRequest();
    }

    static RequestInput attach(org.apache.catalina.connector.Request request) {
        RequestInput input = new RequestInput(request);
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

    /** Forgets what can be read without waiting, for a servlet that has closed its input; how many bytes it was. */
    int skip() throws IOException {
        return Math.max(0, request.doRead(forgotten));
    }

    /** Of a body that the server cannot read it wants to tell the caller itself, later than it closes the connection. */
    void takeAnswerBack() {
        servletRequest.getResponse().setSuspended(false);
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

    /** Where bytes go that nobody wants: the server lends a buffer of its own. */
    private static final class DiscardedInput implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // nothing is kept
        }
    }
}
