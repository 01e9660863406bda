package io.github.eventgateway.server.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Prevents callers from holding threads with bodies that were rejected before they arrived. Tomcat 11.0.27 waits for
 * such a body until its connection timeout. Measured with 36 of them and four threads: the next request waits for
 * minutes.
 */
final class UnreadBodies extends ValveBase {

    UnreadBodies() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!hasBody(request)) {
            getNext().invoke(request, response);
            return;
        }
        RequestInput input = RequestInput.attach(request);
        getNext().invoke(request, response);
        if (request.isAsync() || input.isRead()) {
            return;
        }
        if (request.isAsyncSupported() && request.getContext() != null && !response.isError()) {
            drain(request, response, input);
        } else {
            input.abandon();
        }
    }

    private static boolean hasBody(Request request) {
        try {
            return request.getCoyoteRequest().getContentLengthLong() > 0
                    || request.getCoyoteRequest().getHeader("Transfer-Encoding") != null;
        } catch (IllegalArgumentException e) {
            // The server has rejected it already and closes the connection.
            return false;
        }
    }

    private static void drain(Request request, Response response, RequestInput input) throws IOException {
        response.finishResponse();
        AsyncContext async = request.startAsync();
        async.setTimeout(Drain.LONGEST_MS);
        Drain drain = new Drain(request.getInputStream(), async, input);
        async.addListener(drain);
        request.getInputStream().setReadListener(drain);
    }
}
