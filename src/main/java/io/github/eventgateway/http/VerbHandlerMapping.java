package io.github.eventgateway.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/** Leads a request to the verb that it meets; what begins with /api and meets none is refused in the API's own shape. */
@Component
class VerbHandlerMapping extends AbstractHandlerMapping {

    private final VerbTable verbs;
    private final HttpCalls calls;

    VerbHandlerMapping(VerbTable verbs, HttpCalls calls) {
        this.verbs = verbs;
        this.calls = calls;
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    protected Object getHandlerInternal(HttpServletRequest request) {
        VerbTable.Match match = verbs.match(request);
        if (match.verb() != null) {
            return (HttpRequestHandler) (req, response) -> calls.serve(match, req, response);
        }
        if (!match.allowed().isEmpty()) {
            return (HttpRequestHandler) (req, response) -> {
                response.setHeader("Allow", String.join(", ", match.allowed()));
                calls.answers().writeFailure(req, response, new GatewayException(Reason.METHOD_NOT_ALLOWED));
            };
        }
        if (request.getRequestURI().startsWith("/api")) {
            Reason reason = calls.absence().orElse(Reason.NOT_FOUND);
            return (HttpRequestHandler)
                    (req, response) -> calls.answers().writeFailure(req, response, new GatewayException(reason));
        }
        return null;
    }
}
