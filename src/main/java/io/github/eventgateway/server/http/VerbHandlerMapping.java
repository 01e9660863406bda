package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/** Leads a request to the verb that it meets; what begins with /api and meets none is refused in the API's own shape. */
@Component
class VerbHandlerMapping extends AbstractHandlerMapping {

    private final VerbTable verbs;
    private final RequestAdmission calls;

    VerbHandlerMapping(VerbTable verbs, RequestAdmission calls) {
        this.verbs = verbs;
        this.calls = calls;
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    protected Object getHandlerInternal(HttpServletRequest request) {
        if (request.getDispatcherType() != DispatcherType.REQUEST) {
            // on its way to the page of an error, with what it met before still in it
            return null;
        }
        VerbTable.Match match = verbs.match(request);
        if (match.verb() != null) {
            return (HttpRequestHandler) (req, response) -> calls.serve(match, req, response);
        }
        boolean isApi = request.getRequestURI().startsWith("/api");
        Optional<Reason> absence = calls.absence();
        if (isApi && absence.isPresent()) {
            return refusal(absence.get());
        }
        if (!match.allowed().isEmpty()) {
            return (HttpRequestHandler) (req, response) -> {
                response.setHeader("Allow", String.join(", ", match.allowed()));
                calls.answers().writeFailure(req, response, new GatewayException(Reason.METHOD_NOT_ALLOWED));
            };
        }
        return isApi ? refusal(Reason.NOT_FOUND) : null;
    }

    /** Which origins may call is decided before; where none may, a browser's question is a method that no path has. */
    @Override
    protected HandlerExecutionChain getCorsHandlerExecutionChain(
            HttpServletRequest request, HandlerExecutionChain chain, CorsConfiguration configuration) {
        return chain;
    }

    private HttpRequestHandler refusal(Reason reason) {
        return (request, response) -> calls.answers().writeFailure(request, response, new GatewayException(reason));
    }
}
