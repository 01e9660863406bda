package io.github.eventgateway.server.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Measures every answered request, whether a route, the check of tokens and scopes, a limit or the server answered it.
 * The server reports each request once, when its answer is complete. Any thread.
 */
@Component
class RequestMetrics implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    /**
     * The attribute of a request with the status that the gateway wrote. If the connection ends with the answer, for
     * example with 408, Tomcat replaces the status of its response by 500 after the caller has got it.
     */
    static final String STATUS = RequestMetrics.class.getName() + ".status";

    /** Names that callers invent get no meter of their own. */
    private static final String OTHER = "other";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Meter.MeterProvider<Timer> timers;

    RequestMetrics(MeterRegistry meters) {
        this.timers = Timer.builder("gateway.http.requests")
                .description("Answered requests by verb and status, with their duration")
                .publishPercentileHistogram()
                .withRegistry(meters);
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(new Watch());
    }

    private void count(Request request, Response response) {
        VerbTable.Match match = VerbTable.stored(request);
        Verb verb = match == null ? null : match.verb();
        String method = request.getMethod() == null ? "" : request.getMethod();
        long begun = request.getCoyoteRequest().getStartTimeNanos();
        timers.withTags(
                        "method",
                        verb != null ? verb.method() : METHODS.contains(method) ? method : OTHER,
                        "path",
                        verb != null ? verb.pattern().getPatternString() : OTHER,
                        "status",
                        String.valueOf(status(request, response)))
                .record(begun < 0 ? 0 : System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }

    private static int status(Request request, Response response) {
        return request.getAttribute(STATUS) instanceof Integer written ? written : response.getStatus();
    }

    /** The server treats it as a log. */
    private final class Watch extends ValveBase implements AccessLog {

        Watch() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            getNext().invoke(request, response);
        }

        @Override
        public void log(Request request, Response response, long time) {
            count(request, response);
        }

        @Override
        public void setRequestAttributesEnabled(boolean enabled) {
            // None is needed.
        }

        @Override
        public boolean getRequestAttributesEnabled() {
            return false;
        }
    }
}
