package io.github.eventgateway.server.security;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import io.github.eventgateway.server.http.AnswerWriter;
import io.github.eventgateway.server.http.RateLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;

/**
 * Allows pages of the configured origins to call the API from a browser. A page of another origin gets an error in the
 * form of the API.
 */
final class Cors extends DefaultCorsProcessor {

    private static final Duration PREFLIGHT_KEPT_FOR = Duration.ofHours(1);

    private final AnswerWriter answers;
    private final RateLimits limits;

    private Cors(AnswerWriter answers, RateLimits limits) {
        this.answers = answers;
        this.limits = limits;
    }

    static CorsFilter filter(List<String> origins, AnswerWriter answers, RateLimits limits) {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(origins);
        configuration.setAllowedMethods(List.of("GET", "HEAD", "POST"));
        configuration.setAllowedHeaders(
                List.of("Authorization", "Content-Type", "Accept-Language", "X-Request-Id", "Idempotency-Key"));
        configuration.setExposedHeaders(
                List.of("X-Request-Id", "Retry-After", "WWW-Authenticate", "Content-Language", "Location"));
        // A page sends the token deliberately as a header. There is no cookie.
        configuration.setAllowCredentials(false);
        configuration.setMaxAge(PREFLIGHT_KEPT_FOR);
        CorsFilter filter = new CorsFilter(request -> configuration);
        filter.setCorsProcessor(new Cors(answers, limits));
        return filter;
    }

    @Override
    public boolean processRequest(
            CorsConfiguration configuration, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (CorsUtils.isPreFlightRequest(request) && !limits.admitsStranger(request, response)) {
            return false;
        }
        boolean allowed = super.processRequest(configuration, request, response);
        if (!allowed && limits.admitsStranger(request, response)) {
            answers.writeFailure(request, response, new GatewayException(Reason.ORIGIN_NOT_ALLOWED));
        }
        return allowed;
    }

    @Override
    protected void rejectRequest(ServerHttpResponse response) {
        // It was answered above, in the form of every other answer.
    }
}
