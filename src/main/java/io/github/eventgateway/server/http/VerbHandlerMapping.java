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

/** Maps a request to its verb. A request under /api without a verb gets an error in the form of the API. */
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
            // On its way to the error page it still has the attributes of its first mapping.
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

    /**
     * Origins are checked before. Without configured origins, a preflight request is a method that no path supports.
     */
    @Override
    protected HandlerExecutionChain getCorsHandlerExecutionChain(
            HttpServletRequest request, HandlerExecutionChain chain, CorsConfiguration configuration) {
        return chain;
    }

    private HttpRequestHandler refusal(Reason reason) {
        return (request, response) -> calls.answers().writeFailure(request, response, new GatewayException(reason));
    }
}
