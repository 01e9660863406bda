package io.github.eventgateway.server.security;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Prints the address of the gateway after the start, and with a development key also the first request. */
@Component
class ReadyMessage {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyMessage.class);

    private final DevelopmentToken token;
    private final Environment settings;
    private final AtomicInteger port = new AtomicInteger();
    private final AtomicInteger managementPort = new AtomicInteger();

    ReadyMessage(DevelopmentToken token, Environment settings) {
        this.token = token;
        this.settings = settings;
    }

    @EventListener
    void listens(WebServerInitializedEvent event) {
        boolean management = "management".equals(event.getApplicationContext().getServerNamespace());
        (management ? managementPort : port).set(event.getWebServer().getPort());
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        String host = settings.getProperty("management.server.address", "127.0.0.1");
        LOG.info(
                "The gateway listens on port {}{}. Its health is at {}://{}:{}{}/health/ready",
                port,
                isHttps() ? " (HTTPS)" : "",
                settings.getProperty("management.server.ssl.enabled", Boolean.class, false) ? "https" : "http",
                host,
                managementPort.get() == 0 ? port : managementPort,
                settings.getProperty("management.endpoints.web.base-path", "/actuator"));
        token.make().ifPresent(this::printFirstSteps);
    }

    private boolean isHttps() {
        return settings.containsProperty("server.ssl.bundle");
    }

    /** A browser does not send the part of an address after the #. */
    private String console(String made) {
        if (!settings.getProperty("gateway.http.console", Boolean.class, true)) {
            return "";
        }
        return "%nThe console, signed in with this token:%n%n  %s://127.0.0.1:%d/console/#token=%s%n"
                .formatted(isHttps() ? "https" : "http", port.get(), made);
    }

    /** Printed for the person at the terminal. It must not be in the log, which may be JSON and may be kept. */
    private void printFirstSteps(String made) {
        System.out.printf("""

                The gateway is ready: %3$s://127.0.0.1:%1$d

                Try the API in a browser: %3$s://127.0.0.1:%1$d/docs

                A token with all scopes, valid for 24 hours:

                  %2$s
                %4$s
                The first event:

                  curl -X POST %3$s://127.0.0.1:%1$d/api/events/user_login -H 'Authorization: Bearer %2$s' -H 'Content-Type: application/json' -d '{"user_id": 1, "username": "alice"}'

                """, port.get(), made, isHttps() ? "https" : "http", console(made));
    }
}
