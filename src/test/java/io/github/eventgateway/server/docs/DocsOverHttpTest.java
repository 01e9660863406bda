package io.github.eventgateway.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.contract.Contract;
import io.github.eventgateway.server.audit.AuditTrail;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** Serves the contract and its page over HTTP, without the rest of the gateway. */
@CamelSpringBootTest
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        classes = DocsOverHttpTest.Slice.class,
        properties = {
            "spring.config.location=optional:classpath:/no-settings/",
            "camel.main.routes-include-pattern=file:routes/serve-contract.camel.yaml",
            "camel.rest.component=platform-http",
            "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
class DocsOverHttpTest {

    @MockitoBean
    private AuditTrail audit;

    @MockitoBean
    private JwtDecoder tokens;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @ComponentScan({
        "io.github.eventgateway.api",
        "io.github.eventgateway.server.http",
        "io.github.eventgateway.job",
        "io.github.eventgateway.server.docs"
    })
    @ConfigurationPropertiesScan("io.github.eventgateway.server.http")
    static class Slice {

        @Bean
        SecurityFilterChain anyone(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + port + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    }

    @Test
    void theContractIsServedByteForByte() throws Exception {
        HttpResponse<byte[]> answer = get("/api/openapi.yaml");

        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream file = DocsOverHttpTest.class.getResourceAsStream("/openapi.yaml")) {
            assertThat(answer.body()).isEqualTo(file.readAllBytes());
        }
        String type = answer.headers().firstValue("Content-Type").orElseThrow();
        assertThat(type).startsWith("application/yaml");
        Contract.load()
                .check("GET", "/api/openapi.yaml", 200, type, answer.headers().map(), answer.body());
    }

    @Test
    void theContractTakesNoParameter() throws Exception {
        HttpResponse<byte[]> answer = get("/api/openapi.yaml?version=1");

        assertThat(answer.statusCode()).isEqualTo(400);
        Contract.load()
                .check(
                        "GET",
                        "/api/openapi.yaml",
                        400,
                        "application/json",
                        answer.headers().map(),
                        answer.body());
    }

    @Test
    void thePageIsThereWithAndWithoutTheSlash() throws Exception {
        HttpResponse<byte[]> redirect = get("/docs");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location").orElseThrow()).endsWith("/docs/");

        HttpResponse<byte[]> page = get("/docs/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'self'");
    }

    @Test
    void theRootRedirectsToThePage() throws Exception {
        HttpResponse<byte[]> redirect = get("/");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location").orElseThrow()).endsWith("/docs/");
    }

    /** A browser may not call the management port from this page. */
    @Test
    void thePageOffersNoCallThatCannotWork_andListsTheEventTypesInBothLanguages() throws Exception {
        String script = new String(get("/docs/docs.js").body(), StandardCharsets.UTF_8);
        assertThat(script).contains("allowTryItOutFor", "/observe/", "/api/event-types", "Event types", "事件类型");
        assertThat(script).as("text is set as text").doesNotContain("innerHTML");
    }

    @Test
    void allThatThePageLoadsComesFromTheGateway() throws Exception {
        String page = new String(get("/docs/").body());

        assertThat(REFERENCE.matcher(page).results().map(match -> match.group(1)))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(reference -> {
                    assertThat(reference).startsWith("/");
                    assertThat(get(reference).statusCode()).as(reference).isEqualTo(200);
                });
    }
}
