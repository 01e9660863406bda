package io.github.eventgateway.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Refuses a request of HTTP/1.0 that comes in chunks, and ends its connection: HTTP/1.0 has none, so that a proxy in front may
 * see another request where this one ends. The server believes them (CVE-2026-77756).
 */
final class RequestFraming extends ValveBase {

    private final AnswerWriter answers;

    RequestFraming(AnswerWriter answers) {
        super(true);
        this.answers = answers;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (request.getHeader("Transfer-Encoding") == null || "HTTP/1.1".equals(request.getProtocol())) {
            getNext().invoke(request, response);
            return;
        }
        response.setHeader("Connection", "close");
        answers.writeFailure(
                request.getRequest(), response.getResponse(), new GatewayException(Reason.MALFORMED_REQUEST));
    }
}
