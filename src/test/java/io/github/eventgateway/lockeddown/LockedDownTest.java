package io.github.eventgateway.lockeddown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.eventgateway.contract.Contract;
import io.github.eventgateway.testing.Certificate;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Issuer;
import io.github.eventgateway.testing.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Tests a gateway that is reachable by anyone: HTTPS, keys of an issuer, an origin, a proxy, limits, and few threads.
 * It needs no Kafka: a call that passes all checks is answered 503 KAFKA_DISABLED.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockedDownTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Contract CONTRACT = Contract.load();
    private static final String ORIGIN = "https://console.example.org";
    private static final String LOGIN =
            "{\"type\":\"user_login\",\"data\":{\"user_id\":1,\"username\":\"a\",\"ip\":\"10.0.0.1\",\"action\":\"login\"}}";
    private static final int THREADS = 4;

    private final Issuer issuer = Issuer.start();
    private RSAKey key;
    private Certificate first;
    private Certificate second;
    private Path certificateFile;
    private Path keyFile;
    private Gateway gateway;
    private SSLContext trust;
    private HttpClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        key = new RSAKeyGenerator(2048).keyID("one").generate();
        issuer.publish(key);
        first = Certificate.make(folder, "first");
        second = Certificate.make(folder, "second");
        certificateFile = Files.writeString(folder.resolve("certificate.pem"), first.certificatePem());
        keyFile = Files.writeString(folder.resolve("key.pem"), first.keyPem());
        Map<String, String> settings = new HashMap<>();
        settings.put("KAFKA_ENABLED", "false");
        settings.put("HTTP_TLS_CERTIFICATE_FILE", certificateFile.toString());
        settings.put("HTTP_TLS_KEY_FILE", keyFile.toString());
        settings.put("spring.ssl.bundle.watch.file.quiet-period", "100ms");
        settings.put("JWT_SECRET", "");
        settings.put("JWT_ISSUER_URI", issuer.uri());
        settings.put("JWT_AUDIENCE", "gateway");
        settings.put("HTTP_CORS_ORIGINS", ORIGIN);
        settings.put("HTTP_TRUSTED_PROXIES", "127.0.0.0/8");
        settings.put("RATE_LIMIT_STRANGER", "1");
        settings.put("RATE_LIMIT_STRANGER_BURST", "160");
        settings.put("RATE_LIMIT_SUBJECT", "1");
        settings.put("RATE_LIMIT_SUBJECT_BURST", "20");
        settings.put("gateway.http.body-timeout", "2s");
        settings.put("server.tomcat.threads.max", String.valueOf(THREADS));
        settings.put("server.tomcat.threads.min-spare", "1");
        gateway = Gateway.start(folder.resolve("data"), settings);
        trust = trusting(first, second);
        client = HttpClient.newBuilder()
                .sslContext(trust)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        issuer.close();
    }

    // --- HTTPS

    @Test
    void newFilesTakeEffectOnTheNextConnection_withoutARestart() throws Exception {
        assertThat(presented()).isEqualTo(first.certificate());
        // Most tools write in two steps. The half-changed pair must never be served.
        Files.writeString(certificateFile, second.certificatePem());
        Files.writeString(keyFile, second.keyPem());
        await().untilAsserted(() -> assertThat(presented()).isEqualTo(second.certificate()));
    }

    private X509Certificate presented() throws IOException {
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void olderTlsVersionsAreRefused() throws IOException {
        for (String protocol : List.of("TLSv1", "TLSv1.1")) {
            try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> {
                            socket.setEnabledProtocols(new String[] {protocol});
                            socket.startHandshake();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    // --- Headers

    @Test
    void everyAnswerHasTheSecurityHeaders() throws Exception {
        List<String> paths = List.of(
                "/api/openapi.yaml",
                "/api/events",
                "/docs/",
                "/console/",
                "/webjars/swagger-ui/swagger-ui.css",
                "/nothing",
                "/api//events");
        for (String path : paths) {
            HttpResponse<String> answer = send(get(path, null));
            assertThat(header(answer, "Strict-Transport-Security")).as(path).isEqualTo("max-age=31536000");
            assertThat(header(answer, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(header(answer, "X-Frame-Options")).as(path).isEqualTo("DENY");
            assertThat(header(answer, "Referrer-Policy")).as(path).isEqualTo("no-referrer");
            assertThat(header(answer, "Content-Security-Policy")).as(path).contains("frame-ancestors 'none'");
            assertThat(answer.headers().map()).as(path).doesNotContainKeys("server", "x-powered-by");
            if (path.startsWith("/api")) {
                assertThat(header(answer, "Cache-Control")).as(path).isEqualTo("no-store");
                assertThat(header(answer, "Content-Security-Policy")).as(path).startsWith("default-src 'none'");
            }
        }
    }

    // --- CORS

    @Test
    void onlyPagesOfTheConfiguredOriginMayCall() throws Exception {
        HttpResponse<String> preflight = send(preflight(ORIGIN));
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(header(preflight, "Access-Control-Allow-Headers")).containsIgnoringCase("authorization");
        assertThat(preflight.headers().map()).doesNotContainKey("access-control-allow-credentials");

        HttpResponse<String> called =
                send(request("/api/kafka/status").header("Origin", ORIGIN).GET());
        assertThat(called.statusCode()).isEqualTo(200);
        assertThat(header(called, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);

        for (HttpRequest.Builder foreign : List.of(
                preflight("https://evil.example.org"),
                preflight("null"),
                request("/api/kafka/status")
                        .header("Origin", "https://evil.example.org")
                        .GET())) {
            HttpResponse<String> refused = send(foreign);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(reason(refused)).isEqualTo("ORIGIN_NOT_ALLOWED");
            assertThat(refused.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    private HttpRequest.Builder preflight(String origin) {
        return request("/api/events")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .method("OPTIONS", BodyPublishers.noBody());
    }

    // --- What the server itself refuses

    @Test
    void inputThatIsNotARequestIsAnsweredWithoutDetailsOfTheServer() throws Exception {
        String host = "Host: 127.0.0.1\r\n";
        List<String> requests = List.of(
                "nonsense\r\n\r\n",
                "GET /api/events HTTP/9.9\r\n" + host + "\r\n",
                "GET /api/events HTTP/1.1\r\n\r\n",
                "GET /api/events HTTP/1.1\r\n" + host + host + "\r\n",
                "GET /<script> HTTP/1.1\r\n" + host + "\r\n",
                "GET /%00 HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
                "GET /a/..;/b HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
                "GET /%2e%2e/%2e%2e/application.yaml HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
                "BREW /api/events HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
                "TRACE /api/events HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
                "GET /api/events HTTP/1.1\r\n" + host + "X-A: b\rc\r\n\r\n",
                "GET /api/events HTTP/1.1\r\n" + host + "Bad Header: 1\r\nConnection: close\r\n\r\n",
                "GET /api/events HTTP/1.1\r\n" + host + "X-Long: " + "x".repeat(100_000) + "\r\n\r\n",
                "POST /api/events HTTP/1.1\r\n" + host + "Content-Length: abc\r\n\r\n",
                "POST /api/events HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "POST /api/events HTTP/1.1\r\n" + host
                        + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /api/events HTTP/1.1\r\n" + host + "Transfer-Encoding: cow\r\nConnection: close\r\n\r\n",
                "POST /api/events HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nAuthorization: Bearer "
                        + token("raw") + "\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n");
        for (String request : requests) {
            for (boolean management : List.of(false, true)) {
                String answer = raw(management, request);
                String what = (management ? "management: " : "") + request.substring(0, Math.min(80, request.length()));
                assertThat(answer).as(what).startsWith("HTTP/1.1 4");
                assertThat(answer)
                        .as(what)
                        .doesNotContainIgnoringCase("tomcat")
                        .doesNotContainIgnoringCase("\nserver:")
                        .doesNotContain("org.apache", "java.", "org.spring", "Exception", "\tat ", "10.1.", "<html");
            }
        }
    }

    private String raw(boolean management, String request) throws IOException {
        SocketFactory sockets = management ? SocketFactory.getDefault() : trust.getSocketFactory();
        try (RawHttp http = RawHttp.connect(sockets, management ? gateway.managementPort() : gateway.port())) {
            return http.send(request).readAll();
        }
    }

    // --- Tokens

    @Test
    void onlyAValidTokenIsAccepted() throws Exception {
        assertThat(publish("good", token("good")).statusCode()).isEqualTo(503);
        assertThat(reason(publish("good", token("good")))).isEqualTo("KAFKA_DISABLED");

        Map<String, String> bad = new HashMap<>();
        bad.put("none", new PlainJWT(claims("a").build()).serialize());
        SignedJWT swapped = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
                claims("a").build());
        swapped.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        bad.put("swapped", swapped.serialize());
        bad.put("expired", signed(claims -> claims.expirationTime(in(-60))));
        bad.put("for ever", signed(claims -> claims.expirationTime(null)));
        bad.put("not yet", signed(claims -> claims.notBeforeTime(in(60))));
        bad.put("audience", signed(claims -> claims.audience("another")));
        bad.put("no audience", signed(claims -> claims.audience((String) null)));
        bad.put("issuer", signed(claims -> claims.issuer("https://another")));
        bad.put("no issuer", signed(claims -> claims.issuer(null)));
        bad.put(
                "another's key",
                signed(
                        new RSAKeyGenerator(2048).keyID("one").generate(),
                        claims("a").build()));
        bad.put("cut", token("a").substring(0, 60));
        bad.put("no token", "garbage");
        bad.put("odd characters", "a b\"c");
        int caller = 0;
        for (Map.Entry<String, String> one : bad.entrySet()) {
            HttpResponse<String> refused = publish("198.51.100." + ++caller, one.getValue());
            assertThat(refused.statusCode()).as(one.getKey()).isEqualTo(401);
            assertThat(reason(refused)).as(one.getKey()).isEqualTo("UNAUTHENTICATED");
            assertThat(header(refused, "WWW-Authenticate")).as(one.getKey()).startsWith("Bearer");
        }
        HttpResponse<String> noScope = publish("x", signed(claims -> claims.claim("scope", "events:read")));
        assertThat(noScope.statusCode()).isEqualTo(403);
        assertThat(reason(noScope)).isEqualTo("INSUFFICIENT_SCOPE");
    }

    @Test
    void aTokenInTheUrlOrInAFormIsIgnored() throws Exception {
        String token = token("url");
        HttpResponse<String> url =
                send(get("/api/events?access_token=" + token, null).header("X-Forwarded-For", "198.51.100.80"));
        assertThat(url.statusCode()).isEqualTo(401);
        HttpResponse<String> form = send(request("/api/events")
                .header("X-Forwarded-For", "198.51.100.80")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("access_token=" + token)));
        assertThat(form.statusCode()).isEqualTo(401);
        assertThat(url.body() + form.body()).doesNotContain(token);
    }

    @Test
    void aTokenOfAMegabyteIsRefused_andOtherCallsWork() throws Exception {
        String answer = raw(
                false,
                "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + "A".repeat(1 << 20)
                        + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("MALFORMED_REQUEST");
        assertThat(publish("after", token("after")).statusCode()).isEqualTo(503);
    }

    @Test
    void givenANewKeyAndAnUnavailableIssuer_thenTheCallerIsToldToRetryAtOnce_andTheLogIsNotFlooded(CapturedOutput log)
            throws Exception {
        RSAKey unknown = new RSAKeyGenerator(2048).keyID("unknown").generate();
        publish("known", token("known"));
        issuer.fail();
        try {
            String token = signed(unknown, claims("a").build());
            await().untilAsserted(() -> {
                HttpResponse<String> answer = publish("198.51.100.90", token);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(reason(answer)).isEqualTo("ISSUER_UNAVAILABLE");
                assertThat(header(answer, "Retry-After")).isEqualTo("1");
            });
            assertThat(reason(publish("known-still", token("known-still")))).isEqualTo("KAFKA_DISABLED");
            for (int i = 0; i < 50; i++) {
                assertThat(reason(publish("198.51.100.90", token))).isEqualTo("ISSUER_UNAVAILABLE");
            }
            assertThat(log.getAll().lines().filter(line -> line.contains("ISSUER_UNAVAILABLE")))
                    .hasSizeBetween(1, 6)
                    .allSatisfy(line -> assertThat(line)
                            .containsPattern("requests? to verify a token failed with ISSUER_UNAVAILABLE"));
        } finally {
            issuer.publish(key);
        }
    }

    // --- How often one may call

    @Test
    void onlyACallerWithoutATokenIsLimitedByItsAddress() throws Exception {
        String stranger = "203.0.113.5";
        assertThat(publish(stranger, "garbage").statusCode()).isEqualTo(401);
        HttpResponse<String> turnedAway = untilTurnedAway(() -> publish(stranger, "garbage"));
        assertThat(reason(turnedAway)).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(header(turnedAway, "Retry-After")).isEqualTo("1");

        assertThat(publish(stranger, token("good behind the same proxy")).statusCode())
                .isEqualTo(503);
        assertThat(publish("203.0.113.6", "garbage").statusCode()).isEqualTo(401);
        // Public calls without a token count too, with any addresses that the caller adds to the header.
        untilTurnedAway(() -> send(get("/api/kafka/status", null).header("X-Forwarded-For", "1.1.1.1, " + stranger)));
    }

    @Test
    void theLimitOfCallersWithoutATokenAppliesToEveryPath() throws Exception {
        List<HttpRequest.Builder> calls = List.of(
                get("/docs/", null),
                get("/console/", null),
                get("/webjars/swagger-ui/swagger-ui.css", null),
                get("/nothing", null),
                get("/api/nothing", null),
                get("/api//events", null),
                get("/api/events", null),
                get("/api/openapi.yaml", null),
                request("/api/events").DELETE(),
                preflight(ORIGIN),
                preflight("https://evil.example.org"));
        for (int i = 0; i < calls.size(); i++) {
            HttpRequest.Builder call = calls.get(i).header("X-Forwarded-For", "203.0.115." + i);
            HttpResponse<String> turnedAway = untilTurnedAway(() -> client.send(call.build(), BodyHandlers.ofString()));
            assertThat(reason(turnedAway)).isEqualTo("TOO_MANY_REQUESTS");
            assertThat(header(turnedAway, "Retry-After")).isEqualTo("1");
        }
        String malformed = "GET /api/events HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Forwarded-For: 203.0.116.1\r\n\r\n";
        for (int i = 0; i < 1000 && !raw(false, malformed).startsWith("HTTP/1.1 429"); i++) {
            assertThat(i).isLessThan(999);
        }
    }

    @Test
    void aSubjectHasItsOwnLimit_withAnyTokenAndAddress() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        HttpResponse<String> turnedAway =
                untilTurnedAway(() -> publish("203.0.114." + calls.incrementAndGet() % 250, token("busy")));
        assertThat(calls.get()).isGreaterThan(20);
        assertThat(reason(turnedAway)).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(publish("203.0.114.1", token("another")).statusCode()).isEqualTo(503);
    }

    /** A slow machine reaches the limit later, because the limit allows one more request per second. */
    private static HttpResponse<String> untilTurnedAway(Callable<HttpResponse<String>> call) throws Exception {
        HttpResponse<String> answer = call.call();
        for (int i = 0; i < 1000 && answer.statusCode() != 429; i++) {
            answer = call.call();
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        return answer;
    }

    // --- Slow callers

    @Test
    void bodiesThatDoNotArriveHoldNoThread_withAndWithoutAToken() throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * THREADS; i++) {
                slow.add(announce("garbage", "198.51.101." + i, 100_000));
                slow.add(announce(token("slow-" + i), "198.51.101." + i, 100_000));
                slow.add(RawHttp.connect(trust.getSocketFactory(), gateway.port())
                        .send("POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1"));
            }
            long start = System.nanoTime();
            assertThat(publish("quick", token("quick")).statusCode()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("the server itself gives up after 20 s")
                    .isLessThan(Duration.ofSeconds(15));
            assertThat(slow.get(0).readLine()).startsWith("HTTP/1.1 401");
            assertThat(slow.get(2).readLine()).startsWith("HTTP/1.1 404");
            assertThat(slow.get(1).readAll()).startsWith("HTTP/1.1 408").contains("TOO_SLOW");
        } finally {
            for (RawHttp one : slow) {
                one.close();
            }
        }
    }

    /** A server or a framework that parses forms waits for their bodies, whatever the path. */
    @Test
    void formsThatDoNotArriveHoldNoThread() throws Exception {
        String multipart = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
                + "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n";
        String form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n";
        String bearer = "Authorization: Bearer "
                + signed(claims -> claims.subject("forms").claim("scope", "dead-letters:write")) + "\r\n";
        List<String> requests = List.of(
                "POST /nothing HTTP/1.1\r\n" + multipart,
                "GET /console/ HTTP/1.1\r\n" + multipart,
                "GET /api/kafka/status HTTP/1.1\r\n" + multipart,
                "POST /api/dead-letters/replays/x/stop?a=1 HTTP/1.1\r\n" + bearer + form,
                "POST /api/dead-letters/discards/x/stop?a=1 HTTP/1.1\r\n" + bearer + form);
        for (String request : requests) {
            List<RawHttp> slow = new ArrayList<>();
            try {
                for (int i = 0; i < THREADS; i++) {
                    slow.add(RawHttp.connect(trust.getSocketFactory(), gateway.port())
                            .send(request.replaceFirst(
                                    "\r\n", "\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 198.51.103." + i + "\r\n")));
                }
                long start = System.nanoTime();
                assertThat(publish("quick-forms", token("quick-forms")).statusCode())
                        .isEqualTo(503);
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("the server itself gives up after 20 s: %s", request)
                        .isLessThan(Duration.ofSeconds(15));
                assertThat(slow.get(0).readLine()).as(request).doesNotContain("HTTP/1.1 5");
            } finally {
                for (RawHttp one : slow) {
                    one.close();
                }
            }
        }
    }

    @Test
    void aCallerThatReadsNoAnswerHoldsNoThread() throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * THREADS; i++) {
                slow.add(RawHttp.connect(trust.getSocketFactory(), gateway.port())
                        .send(("GET /webjars/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\nX-Forwarded-For:"
                                        + " 198.51.102." + i + "\r\n\r\n")
                                .repeat(10)));
            }
            long start = System.nanoTime();
            assertThat(publish("quick", token("quick")).statusCode()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("the server itself gives up after 20 s")
                    .isLessThan(Duration.ofSeconds(15));
            assertThat(slow.get(0).readLine()).startsWith("HTTP/1.1 200");
        } finally {
            for (RawHttp one : slow) {
                one.close();
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredCompletely_oneAfterTheOther() throws Exception {
        String file = "GET /webjars/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n";
        try (RawHttp http = RawHttp.connect(trust.getSocketFactory(), gateway.port())) {
            String answers = http.send((file + "\r\n").repeat(5) + file + "Connection: close\r\n\r\n")
                    .readAll();
            String length = answers.replaceFirst("(?s).*?Content-Length: (\\d+)\r\n.*", "$1");
            assertThat(answers.split("HTTP/1.1 200")).hasSize(7);
            assertThat(answers.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(6 * Integer.parseInt(length));
        }
    }

    @Test
    void announcedBytesReserveNothing() throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                slow.add(RawHttp.connect(trust.getSocketFactory(), gateway.port())
                        .send("POST /api/events/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + token("announcer-" + i)
                                + "\r\nContent-Length: 16777216\r\n\r\n["));
            }
            String batch = "[" + (LOGIN + ",").repeat(5000) + LOGIN + "]";
            HttpResponse<String> answer = send(request("/api/events/batch")
                    .header("Authorization", "Bearer " + token("whole"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(batch)));
            assertThat(reason(answer)).isEqualTo("KAFKA_DISABLED");
        } finally {
            for (RawHttp one : slow) {
                one.close();
            }
        }
    }

    @Test
    void aBodyInPiecesIsAcceptedLikeACompleteOne() throws Exception {
        String body = LOGIN;
        try (RawHttp http = announce(token("pieces"), "198.51.100.70", body.length())) {
            for (int at = 0; at < body.length(); at += 20) {
                http.send(body.substring(at, Math.min(body.length(), at + 20)));
            }
            assertThat(http.readLine()).startsWith("HTTP/1.1 503");
        }
        try (RawHttp http = announce(token("pieces"), "198.51.100.70", 2_000_000)) {
            assertThat(http.readLine()).startsWith("HTTP/1.1 413");
        }
        try (RawHttp http = RawHttp.connect(trust.getSocketFactory(), gateway.port())
                .send("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Authorization: Bearer " + token("pieces") + "\r\nTransfer-Encoding: chunked\r\n\r\n")) {
            for (int i = 0; i < 20; i++) {
                http.send("10000\r\n" + " ".repeat(0x10000) + "\r\n");
            }
            assertThat(http.readLine()).startsWith("HTTP/1.1 413");
        }
    }

    private RawHttp announce(String token, String caller, int length) throws IOException {
        return RawHttp.connect(trust.getSocketFactory(), gateway.port())
                .send(
                        "POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Forwarded-For: "
                                + caller + "\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + length
                                + "\r\n\r\n");
    }

    // --- How it calls

    private HttpResponse<String> publish(String caller, String token) throws Exception {
        HttpRequest.Builder request = request("/api/events")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(LOGIN));
        if (Character.isDigit(caller.charAt(0))) {
            request.header("X-Forwarded-For", caller);
        }
        return send(request);
    }

    private HttpRequest.Builder get(String path, String token) {
        HttpRequest.Builder request = request(path).GET();
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder builder) throws Exception {
        HttpRequest request = builder.build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (request.uri().getPath().startsWith("/api/") && !request.method().equals("OPTIONS")) {
            CONTRACT.check(
                    request.method(),
                    request.uri().getPath(),
                    answer.statusCode(),
                    header(answer, "Content-Type"),
                    answer.headers().map(),
                    answer.body().getBytes(StandardCharsets.UTF_8));
        }
        return answer;
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String reason(HttpResponse<String> answer) throws IOException {
        JsonNode json = JSON.readTree(answer.body());
        return json.at("/data/reason").asText();
    }

    private String token(String subject) {
        return signed(key, claims(subject).build());
    }

    private String signed(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = claims("a");
        change.accept(claims);
        return signed(key, claims.build());
    }

    private static String signed(RSAKey by, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(by.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(by));
            return token.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWTClaimsSet.Builder claims(String subject) {
        return new JWTClaimsSet.Builder()
                .subject(subject)
                .issuer(issuer.uri())
                .audience("gateway")
                .claim("scope", "events:write")
                .expirationTime(in(600));
    }

    private static Date in(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static SSLContext trusting(Certificate... certificates) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (Certificate one : certificates) {
            store.setCertificateEntry(
                    one.certificate().getSubjectX500Principal().getName(), one.certificate());
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }
}
