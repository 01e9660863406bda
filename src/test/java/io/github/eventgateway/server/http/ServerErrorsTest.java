package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.github.eventgateway.testing.RawHttp;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import org.apache.coyote.ProtocolHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.context.support.StaticMessageSource;

/** Tests the answers of the server itself on a real connection, without a gateway behind it. */
class ServerErrorsTest {

    private static final String REQUEST = "POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

    private TomcatWebServer server;

    private void start(Class<? extends ProtocolHandler> protocol) {
        ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        HttpSettings bounds = Bounds.of(1, 1, 1);
        AnswerWriter answers = new AnswerWriter(json, new StaticMessageSource());
        new ServerErrors(answers, bounds, new Connections(bounds), RateLimits.none(answers)).customize(factory);
        factory.setProtocol(protocol.getName());
        server = (TomcatWebServer) factory.getWebServer();
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        server.destroy();
    }

    private String answer(String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(SocketFactory.getDefault(), server.getPort())) {
            return connection.send(request).readAll();
        }
    }

    @Test
    void aStopBeforeTheHeadersAreRead_tellsTheCallerToRetry() throws IOException {
        start(StoppingMeanwhile.class);
        StoppingMeanwhile.LOOKS.set(0);

        assertThat(answer(REQUEST)).contains("HTTP/1.1 503", "\"STOPPING\"", "Retry-After: 1", "Connection: close");
    }

    /** The server checks before and after the first line of a request whether it stops. Here it stops in between. */
    public static final class StoppingMeanwhile extends ServerProtocol {

        private static final AtomicInteger LOOKS = new AtomicInteger();

        @Override
        public boolean isPaused() {
            return LOOKS.getAndIncrement() > 0;
        }
    }

    @Test
    void anInvalidRequestIsTheCallersFault() throws IOException {
        start(ServerProtocol.class);

        assertThat(answer(REQUEST.replace("Host: a\r\n", ""))).contains("HTTP/1.1 400", "\"MALFORMED_REQUEST\"");
    }
}
