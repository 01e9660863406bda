package io.github.eventgateway.server.http;

import io.github.bucket4j.TimeMeter;
import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Limits the rate of calls per subject, per address, and per address without a valid token. Invalid tokens from an
 * address never limit a valid token, because many systems can share the address. Any thread.
 */
@Component
public class RateLimits {

    private static final String COUNTED = RateLimits.class.getName();

    private final RateLimit subjects;
    private final RateLimit addresses;
    private final RateLimit strangers;
    private final AnswerWriter answers;

    RateLimits(RateLimitSettings settings, AnswerWriter answers) {
        int callers = settings.maxCallers();
        this.subjects = new RateLimit(
                settings.subject().perSecond(), settings.subject().burst(), callers, TimeMeter.SYSTEM_NANOTIME);
        this.addresses = new RateLimit(
                settings.address().perSecond(), settings.address().burst(), callers, TimeMeter.SYSTEM_NANOTIME);
        this.strangers = new RateLimit(
                settings.stranger().perSecond(), settings.stranger().burst(), callers, TimeMeter.SYSTEM_NANOTIME);
        this.answers = answers;
    }

    /** Returns an instance without limits. */
    static RateLimits none(AnswerWriter answers) {
        RateLimitSettings.Limit none = new RateLimitSettings.Limit(0, 0);
        return new RateLimits(new RateLimitSettings(none, none, new RateLimitSettings.Stranger(0, 0), 0), answers);
    }

    /**
     * Counts the request once.
     *
     * @param caller the caller with a valid token; null without one
     * @return whether the caller may call now; otherwise it has been answered with 429
     */
    public boolean admits(Authentication caller, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getAttribute(COUNTED) != null) {
            return true;
        }
        request.setAttribute(COUNTED, true);
        long wait = caller == null ? ofStranger(request) : ofToken(caller, request);
        return wait == 0 || refuse(request, response, wait);
    }

    /** Counts the request of a caller without a valid token. */
    public boolean admitsStranger(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return admits(null, request, response);
    }

    private long ofStranger(HttpServletRequest request) {
        return strangers.isOff() ? 0 : strangers.take(IpAddress.networkOf(request.getRemoteAddr()));
    }

    private long ofToken(Authentication caller, HttpServletRequest request) {
        long wait = subjects.isOff() || caller.getName() == null ? 0 : subjects.take(caller.getName());
        return wait == 0 && !addresses.isOff() ? addresses.take(IpAddress.networkOf(request.getRemoteAddr())) : wait;
    }

    private boolean refuse(HttpServletRequest request, HttpServletResponse response, long wait) throws IOException {
        response.setHeader("Retry-After", String.valueOf(wait));
        answers.writeFailure(request, response, new GatewayException(Reason.TOO_MANY_REQUESTS));
        return false;
    }
}
