package io.github.eventgateway.server.http;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Adds the security headers for browsers to every answer, including those outside any servlet. */
final class SecurityHeaders extends ValveBase {

    private final String strictTransportSecurity;

    SecurityHeaders(Duration strictTransportSecurity) {
        super(true);
        this.strictTransportSecurity =
                strictTransportSecurity.isZero() ? null : "max-age=" + strictTransportSecurity.toSeconds();
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        // A page sets its own header.
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (strictTransportSecurity != null && request.isSecure()) {
            response.setHeader("Strict-Transport-Security", strictTransportSecurity);
        }
        getNext().invoke(request, response);
    }
}
