package io.github.eventgateway.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests which answers {@link Contract} accepts and which it rejects. */
class ContractCheckTest {

    private static final String ACCEPTED = """
            {"code":202,"message":"ok","data":{"id":"a","type":"user_login","topic":"t","partition":0,"offset":3}}""";
    private static final String NOT_FOUND = """
            {"code":404,"message":"no","data":{"reason":"NOT_FOUND","request_id":"r1"}}""";

    private final Contract contract = Contract.load();
    private final Map<String, List<String>> headers = new HashMap<>(Map.of(
            "x-request-id", List.of("r1"), "content-language", List.of("en"), "vary", List.of("Accept-Language")));

    private void check(String method, String path, int status, String type, String body) {
        contract.check(method, path, status, type, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAnswerAsDescribedPasses() {
        assertThatCode(() -> {
                    check("POST", "/api/events", 202, "application/json", ACCEPTED);
                    check("POST", "/api/events/user_login", 202, "application/json;charset=UTF-8", ACCEPTED);
                    check("GET", "/api/events/{id}?x=1", 404, "application/json", NOT_FOUND);
                    check("HEAD", "/api/events/a", 404, "application/json", "");
                    check("GET", "/api/openapi.yaml", 200, "application/yaml", "openapi: 3.1.0");
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aStatusThatIsNotDescribedIsFound() {
        assertThatThrownBy(() -> check("POST", "/api/events", 200, "application/json", ACCEPTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has no status 200");
    }

    @Test
    void aFieldThatIsMissingOrUnknownOrOfAnotherTypeIsFound() {
        assertThatThrownBy(() -> check(
                        "POST", "/api/events", 202, "application/json", ACCEPTED.replace("\"offset\":3", "\"lag\":3")))
                .hasMessageContaining("offset")
                .hasMessageContaining("lag");
        assertThatThrownBy(
                        () -> check("POST", "/api/events", 202, "application/json", ACCEPTED.replace(":3", ":\"3\"")))
                .hasMessageContaining("/data/offset");
        assertThatThrownBy(() -> check(
                        "POST",
                        "/api/events",
                        202,
                        "application/json",
                        ACCEPTED.replace("{\"code\"", "{\"x\":1,\"code\"")))
                .hasMessageContaining("'x'");
    }

    @Test
    void aCodeOtherThanTheStatusIsFound() {
        assertThatThrownBy(() -> check("POST", "/api/events", 202, "application/json", ACCEPTED.replace("202", "200")))
                .hasMessageContaining("/code");
    }

    @Test
    void aReasonOfAnotherStatusIsFound() {
        assertThatThrownBy(() -> check(
                        "GET",
                        "/api/events/a",
                        404,
                        "application/json",
                        NOT_FOUND.replace("NOT_FOUND", "INTERNAL_ERROR")))
                .hasMessageContaining("/data/reason");
    }

    @Test
    void aRequestIdOtherThanTheHeaderIsFound() {
        assertThatThrownBy(() ->
                        check("GET", "/api/events/a", 404, "application/json", NOT_FOUND.replace("\"r1\"", "\"r2\"")))
                .hasMessageContaining("request_id");
    }

    @Test
    void aRequiredHeaderThatIsMissingOrWrongIsFound() {
        headers.remove("vary");
        assertThatThrownBy(() -> check("POST", "/api/events", 202, "application/json", ACCEPTED))
                .hasMessageContaining("Vary is missing");

        headers.put("Vary", List.of("Accept-Language"));
        String unavailable = """
                {"code":503,"message":"no","data":{"reason":"KAFKA_UNAVAILABLE","request_id":"r1"}}""";
        assertThatThrownBy(() -> check("POST", "/api/events", 503, "application/json", unavailable))
                .hasMessageContaining("Retry-After is missing");
        headers.put("Retry-After", List.of("soon"));
        assertThatThrownBy(() -> check("POST", "/api/events", 503, "application/json", unavailable))
                .hasMessageContaining("Retry-After");
        headers.put("Retry-After", List.of("1"));
        assertThatCode(() -> check("POST", "/api/events", 503, "application/json", unavailable))
                .doesNotThrowAnyException();
    }

    @Test
    void anotherMediaTypeAndABodyThatIsNotJsonAreFound() {
        assertThatThrownBy(() -> check("POST", "/api/events", 202, "text/html", ACCEPTED))
                .hasMessageContaining("text/html");
        assertThatThrownBy(() -> check("POST", "/api/events", 202, null, ACCEPTED))
                .hasMessageContaining("media type");
        assertThatThrownBy(() -> check("POST", "/api/events", 202, "application/json", "<html>"))
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> check("POST", "/api/events", 202, "application/json", ""))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aCallWithoutAnOperationIsRefusedInTheFormOfTheApi() {
        assertThatCode(() -> check("GET", "/api/nothing/here", 404, "application/json", NOT_FOUND))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check("GET", "/api/nothing/here", 404, "application/json", "{\"error\":\"x\"}"))
                .hasMessageContaining("code");
        assertThatThrownBy(() -> check("GET", "/api/nothing/here", 200, "application/json", ACCEPTED))
                .hasMessageContaining("no such path");
        String notAllowed = """
                {"code":405,"message":"no","data":{"reason":"METHOD_NOT_ALLOWED","request_id":"r1"}}""";
        assertThatThrownBy(() -> check("DELETE", "/api/events", 405, "application/json", notAllowed))
                .hasMessageContaining("Allow is missing");
        assertThatThrownBy(() -> check("DELETE", "/api/events", 404, "application/json", NOT_FOUND))
                .hasMessageContaining("no such method");
    }
}
