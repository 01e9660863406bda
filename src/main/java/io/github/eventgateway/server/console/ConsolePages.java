package io.github.eventgateway.server.console;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.servlet.support.WebContentGenerator;

/**
 * Serves the operator console, {@code /console/}, unless it is switched off. The page needs no token, but each of its
 * calls does.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "gateway.http.console", matchIfMissing = true)
class ConsolePages {

    /** Forbids inline content and other hosts, so that the content of an event cannot become a script or a style. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src %s; img-src 'self'; "
                    + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final String SIGN_IN = "sign-in.json";

    /** Both {@code /console} and {@code /console/} are the page. */
    @Bean
    HandlerMapping consoleFiles(ConsoleSignIn signIn) {
        return new SimpleUrlHandlerMapping(Map.of("/console/**", new Files(signIn)), 0);
    }

    private static final class Files extends WebContentGenerator implements HttpRequestHandler {

        private final ConsoleFiles files = new ConsoleFiles();
        private final ConsoleFile signIn;
        private final String policy;

        Files(ConsoleSignIn signIn) {
            super(METHOD_GET, METHOD_HEAD);
            this.signIn = ConsoleFile.of("application/json", signIn.json());
            this.policy = CONTENT_SECURITY_POLICY.formatted(signIn.callable());
            setCacheControl(CacheControl.noCache());
        }

        @Override
        public void handleRequest(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            checkRequest(request);
            prepareResponse(response);
            String path = (String) request.getAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE);
            Optional<ConsoleFile> file =
                    SIGN_IN.equals(path) ? Optional.of(signIn) : files.find(path == null ? "" : path);
            if (file.isEmpty()) {
                throw new NoResourceFoundException(
                        HttpMethod.valueOf(request.getMethod()), request.getRequestURI(), path);
            }
            response.setHeader("Content-Security-Policy", policy);
            write(file.get(), request, response);
        }

        private static void write(ConsoleFile file, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
            boolean gzip = accepted != null && accepted.contains("gzip");
            response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            if (new ServletWebRequest(request, response).checkNotModified(file.hash() + (gzip ? "-gzip" : ""))) {
                return;
            }
            byte[] bytes = gzip ? file.gzipped() : file.plain();
            if (gzip) {
                response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            }
            response.setContentType(file.type());
            response.setContentLength(bytes.length);
            if (METHOD_GET.equals(request.getMethod())) {
                response.getOutputStream().write(bytes);
            }
        }
    }
}
