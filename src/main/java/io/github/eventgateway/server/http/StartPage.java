package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.support.WebContentGenerator;

/** Redirects {@code /} to {@code /docs/}, or to {@code /console/} if the former is switched off. */
@Configuration(proxyBeanMethods = false)
class StartPage {

    @Bean
    HandlerMapping startPages(
            AnswerWriter answers,
            @Value("${gateway.http.docs:true}") boolean docs,
            @Value("${gateway.http.console:true}") boolean console) {
        return new SimpleUrlHandlerMapping(Map.of("/", new Redirect(answers, docs, console)), 0);
    }

    static final class Redirect extends WebContentGenerator implements HttpRequestHandler {

        private final AnswerWriter answers;
        private final String page;

        Redirect(AnswerWriter answers, boolean docs, boolean console) {
            super(METHOD_GET, METHOD_HEAD);
            this.answers = answers;
            this.page = docs ? "/docs/" : console ? "/console/" : null;
        }

        @Override
        public void handleRequest(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            checkRequest(request);
            if (page == null) {
                answers.writeFailure(
                        request,
                        response,
                        new GatewayException(
                                Reason.NOT_FOUND,
                                "/",
                                "HTTP_DOCS and HTTP_CONSOLE are false, so there are no pages; "
                                        + "/api/openapi.yaml describes the API"));
            } else {
                response.sendRedirect(request.getContextPath() + page);
            }
        }
    }
}
