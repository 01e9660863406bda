package io.github.eventgateway.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * The body of a request as the server sees it, in more detail than a servlet can ask: how many bytes are available, and
 * whether the rest is needed.
 */
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

    /** Returns the input of a request with a body in this server; otherwise null. */
    static RequestInput of(HttpServletRequest request) {
        return (RequestInput) request.getAttribute(ATTRIBUTE);
    }

    /** Returns how many bytes can be read without blocking. */
    int available() {
        request.action(ActionCode.AVAILABLE, Boolean.FALSE);
        return request.getAvailable();
    }

    /** Drops the bytes that can be read without blocking, for a servlet that has closed its input; returns how many. */
    int skip() throws IOException {
        return Math.max(0, request.doRead(forgotten));
    }

    /** If a body is unreadable, the server would report it itself, but only after it closes the connection. */
    void reopenResponse() {
        servletRequest.getResponse().setSuspended(false);
    }

    boolean isRead() {
        AtomicBoolean read = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return read.get();
    }

    /** Closes the connection with the answer and does not wait for the rest of the body. */
    void abandon() {
        request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        // The server treats this as an error, and would run the complete request again to report it.
        request.getResponse().setErrorReported();
    }

    /** The target of dropped bytes. The server lends its own buffer. */
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
        public void expand(int size) {}
    }
}
