package io.github.eventgateway.server.security;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.server.audit.AuditTrail;
import io.github.eventgateway.server.http.AnswerWriter;
import io.github.eventgateway.server.http.RateLimits;
import io.github.eventgateway.server.http.RefusalLog;
import io.github.eventgateway.server.http.VerbTable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.stereotype.Component;

/** Writes the errors of the security layer in the form of every other answer, with the challenge of RFC 6750. */
@Component
class Refusals
        implements AuthenticationEntryPoint, AuthenticationFailureHandler, AccessDeniedHandler, RequestRejectedHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final String CHALLENGE = "WWW-Authenticate";

    private final RefusalLog log = new RefusalLog(System::nanoTime);
    private final AnswerWriter answers;
    private final VerbTable verbs;
    private final RateLimits limits;
    private final AuditTrail audit;

    Refusals(AnswerWriter answers, VerbTable verbs, RateLimits limits, AuditTrail audit) {
        this.answers = answers;
        this.verbs = verbs;
        this.limits = limits;
        this.audit = audit;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (!limits.admitsStranger(request, response)) {
            return;
        }
        boolean badToken = failure instanceof OAuth2AuthenticationException;
        audit.refused(401, badToken ? "BAD_TOKEN" : "NO_TOKEN", null, verbs.action(request), request.getRemoteAddr());
        response.setHeader(CHALLENGE, badToken ? "Bearer error=\"invalid_token\"" : "Bearer");
        answers.writeFailure(request, response, new GatewayException(Reason.UNAUTHENTICATED));
    }

    /** If the issuer is unavailable, the token cannot be verified. This is not an error of the caller. */
    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (!(failure instanceof AuthenticationServiceException)) {
            commence(request, response, failure);
        } else if (limits.admitsStranger(request, response)) {
            log.refused("to verify a token", Reason.ISSUER_UNAVAILABLE, null);
            LOG.debug("A token cannot be verified", failure);
            answers.writeFailure(request, response, new GatewayException(Reason.ISSUER_UNAVAILABLE));
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        Set<String> scopes = verbs.requiredScopes(request);
        String needed = scopes == null ? "" : String.join(" ", new TreeSet<>(scopes));
        audit.refused(
                403,
                Reason.INSUFFICIENT_SCOPE.name(),
                SecurityContextHolder.getContext().getAuthentication().getName(),
                verbs.action(request),
                request.getRemoteAddr());
        response.setHeader(CHALLENGE, "Bearer error=\"insufficient_scope\", scope=\"" + needed + "\"");
        answers.writeFailure(request, response, new GatewayException(Reason.INSUFFICIENT_SCOPE));
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, RequestRejectedException failure)
            throws IOException {
        if (limits.admitsStranger(request, response)) {
            answers.writeFailure(
                    request, response, new GatewayException(Reason.INVALID_PARAMETER, "path", "is not a plain path"));
        }
    }
}
