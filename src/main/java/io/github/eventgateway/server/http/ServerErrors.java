package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.AbstractProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Handles requests before any servlet. It writes the errors of the server itself, such as for an invalid path, in the
 * form of the API. It adds headers for browsers, replaces the address of a proxy, and handles bodies that nobody reads.
 */
@Component
class ServerErrors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private static final Logger LOG = LoggerFactory.getLogger(ServerErrors.class);

    private final AnswerWriter answers;
    private final HttpSettings settings;
    private final Connections connections;
    private final RateLimits limits;

    ServerErrors(AnswerWriter answers, HttpSettings settings, Connections connections, RateLimits limits) {
        this.answers = answers;
        this.settings = settings;
        this.connections = connections;
        this.limits = limits;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(ServerProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            ((ServerProtocol) connector.getProtocolHandler()).setConnections(connections);
            // Otherwise a look at the query parameters reads the whole body of a form, and holds the thread.
            connector.setParseBodyMethods("");
        });
        factory.addEngineValves(new SecurityHeaders(settings.strictTransportSecurity()), new UnreadBodies());
        if (!settings.trustedProxies().isEmpty()) {
            factory.addEngineValves(new TrustedProxies(new Networks(settings.trustedProxies())));
        }
        factory.addContextCustomizers(context -> {
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass(Valve.class.getName());
            host.getPipeline().addValve(new Valve(answers, limits));
        });
    }

    /** Replaces the HTML page of the server. */
    static final class Valve extends ErrorReportValve {

        private final AnswerWriter answers;
        private final RateLimits limits;

        Valve(AnswerWriter answers, RateLimits limits) {
            this.answers = answers;
            this.limits = limits;
        }

        @Override
        protected void report(Request request, Response response, Throwable failure) {
            if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
                return;
            }
            try {
                Reason reason = reason(request, response.getStatus());
                if (reason == Reason.STOPPING || limits.admitsStranger(request.getRequest(), response.getResponse())) {
                    answers.writeFailure(request.getRequest(), response.getResponse(), new GatewayException(reason));
                }
                response.finishResponse();
            } catch (IOException | IllegalStateException e) {
                LOG.debug("The caller closed the connection before the answer", e);
            }
        }

        /**
         * A stopping server does not read the headers of further requests on an open connection, and then answers with 400
         * because of the missing Host. A caller would never send that event again.
         */
        private static Reason reason(Request request, int status) {
            boolean unread = request.getCoyoteRequest().getMimeHeaders().size() == 0;
            boolean stopping = request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> server
                    && server.isPaused();
            return unread && stopping ? Reason.STOPPING : Reason.ofStatus(status);
        }
    }
}
