package io.github.eventgateway.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.fuzz.Wire.Answer;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends requests with an ambiguous end, byte by byte. */
class RequestFramingTest {

    private static final String EVENT =
            "{\"id\":\"framed-%s\",\"type\":\"system_info\",\"data\":{\"service\":\"a\",\"message\":\"m\"}}";

    private static Gateway gateway;

    @BeforeAll
    static void start(@TempDir Path data) {
        gateway = Gateway.start(data, Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String head(String version) {
        return "POST /api/events " + version
                + "\r\nHost: a\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + Token.ofAllScopes() + "\r\n";
    }

    private static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n";
    }

    private static List<Answer> answers(String sent) throws IOException {
        List<Answer> answers = new ArrayList<>();
        try (Wire wire = new Wire(gateway.port(), Duration.ofSeconds(25))) {
            wire.send(sent.getBytes(ISO_8859_1));
            wire.end();
            for (Answer answer = wire.answer(true); answer != null; answer = wire.answer(true)) {
                answers.add(answer);
            }
        }
        return answers;
    }

    @Test
    void anHttp10RequestWithChunksIsRefused() throws IOException {
        String second = EVENT.formatted("second");
        List<Answer> answers = answers(head("HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n"
                + chunked(EVENT.formatted("first")) + "\r\n"
                + head("HTTP/1.1") + "Content-Length: " + second.length() + "\r\n\r\n" + second);

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("MALFORMED_REQUEST");
            assertThat(answer.closes()).isTrue();
        });
    }

    @Test
    void anHttp11RequestWithChunksIsAccepted() throws IOException {
        assertThat(answers(head("HTTP/1.1") + "Transfer-Encoding: chunked\r\n\r\n" + chunked(EVENT.formatted("third"))
                        + "\r\n"))
                .extracting(Answer::status)
                .containsExactly(202);
    }

    @Test
    void tooManyTrailersAreTheCallersFault() throws IOException {
        String trailers = "T: a\r\n".repeat(4000);
        assertThat(answers(head("HTTP/1.1") + "Transfer-Encoding: chunked\r\n\r\n" + chunked(EVENT.formatted("fourth"))
                        + trailers + "\r\n"))
                .first()
                .satisfies(answer -> {
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(answer.text()).contains("MALFORMED_REQUEST");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"x=%", "x=%zz", "%=1", "&=x", "=x", "x=%ff%", "limit=1&=x"})
    void aQueryThatCannotBeDecodedIsTheCallersFault(String query) throws IOException {
        assertThat(statusOf("/api/events?" + query, "Authorization: Bearer " + Token.ofAllScopes() + "\r\n"))
                .isEqualTo(400);
        assertThat(statusOf("/api/events?" + query, "")).isEqualTo(401);
        assertThat(statusOf("/api/events?" + query, "Authorization: Basic YTpi\r\n"))
                .isEqualTo(401);
        assertThat(statusOf("/docs/index.html?" + query, "")).isEqualTo(200);
        assertThat(statusOf("/nothing?" + query, "")).isEqualTo(404);
    }

    private static int statusOf(String path, String header) throws IOException {
        return answers("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header + "\r\n")
                .get(0)
                .status();
    }
}
