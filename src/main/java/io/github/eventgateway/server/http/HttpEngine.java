package io.github.eventgateway.server.http;

import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/**
 * Serves the REST DSL without a blocked thread while a route waits. The engine of the starter in Camel 4.22.0 blocks
 * one of eight threads per request, behind an unbounded queue.
 */
@Component(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME)
class HttpEngine implements PlatformHttpEngine {

    private final ServerProperties server;
    private final VerbTable verbs;

    HttpEngine(ServerProperties server, VerbTable verbs) {
        this.server = server;
        this.verbs = verbs;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new VerbConsumer(endpoint, processor, verbs);
    }

    @Override
    public int getServerPort() {
        return server.getPort() == null ? 8080 : server.getPort();
    }
}
