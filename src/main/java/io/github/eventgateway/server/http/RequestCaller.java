package io.github.eventgateway.server.http;

import io.github.eventgateway.api.CallProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/** The caller of a request, as its token and its connection show it. Immutable; any thread. */
final class RequestCaller {

    private static final String SCOPE = "SCOPE_";

    /** Null without a token. */
    private final Authentication authentication;

    private final String address;

    private RequestCaller(Authentication authentication, String address) {
        this.authentication = authentication;
        this.address = address;
    }

    /** Returns the caller of the request that this thread has authenticated. */
    static RequestCaller of(HttpServletRequest request) {
        return new RequestCaller(SecurityContextHolder.getContext().getAuthentication(), request.getRemoteAddr());
    }

    /** Returns the subject of the token; null without a token. */
    String subject() {
        return authentication == null ? null : authentication.getName();
    }

    String address() {
        return address;
    }

    /**
     * Sets the {@link CallProperties} of the caller.
     *
     * @param tokens verifies the token again during a long answer
     */
    void describe(Exchange exchange, JwtDecoder tokens) {
        Set<String> scopes = Set.of();
        exchange.setProperty(CallProperties.CALLER_ADDRESS, address);
        if (authentication != null && authentication.isAuthenticated()) {
            scopes = authentication.getAuthorities().stream()
                    .map(GrantedAuthority::getAuthority)
                    .filter(authority -> authority.startsWith(SCOPE))
                    .map(authority -> authority.substring(SCOPE.length()))
                    .collect(Collectors.toSet());
            exchange.setProperty(CallProperties.SUBJECT, authentication.getName());
            if (authentication.getPrincipal() instanceof AbstractOAuth2Token token) {
                exchange.setProperty(CallProperties.TOKEN_EXPIRY, token.getExpiresAt());
                exchange.setProperty(
                        CallProperties.KEY_WITHDRAWN, (BooleanSupplier) () -> isRefused(tokens, token.getTokenValue()));
            }
        }
        exchange.setProperty(CallProperties.SCOPES, scopes);
    }

    /** Returns false for an expired token, and if the issuer is unavailable. */
    private static boolean isRefused(JwtDecoder tokens, String token) {
        try {
            tokens.decode(token);
            return false;
        } catch (JwtException e) {
            return e instanceof BadJwtException && !(e instanceof JwtValidationException);
        }
    }
}
