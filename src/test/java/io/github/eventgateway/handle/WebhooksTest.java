package io.github.eventgateway.handle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** Calls a server whose answers the test defines byte for byte. */
class WebhooksTest {

    private static final String NAME = "gateway.test";
    private static final long LIMIT_MS = 1500;

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final MockEnvironment settings = new MockEnvironment();
    private ServerSocket server;
    private Answer answer = out -> write(out, "HTTP/1.1 204 No Content\r\n\r\n");
    private Webhooks webhooks;

    private interface Answer {
        void to(OutputStream out) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        if (webhooks != null) {
            webhooks.destroy();
        }
    }

    private void serve() {
        while (true) {
            try {
                Socket caller = server.accept();
                Thread each = new Thread(() -> serve(caller));
                each.setDaemon(true);
                each.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller) {
            StringBuilder request = new StringBuilder();
            InputStream in = caller.getInputStream();
            while (!request.toString().endsWith("{}")) {
                int read = in.read();
                if (read < 0) {
                    return;
                }
                request.append((char) read);
            }
            requests.add(request.toString());
            answer.to(caller.getOutputStream());
        } catch (IOException e) {
            // The caller has stopped waiting.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    private Webhooks webhooks(String url) {
        settings.setProperty(NAME + ".webhook-url", url);
        settings.setProperty(NAME + ".connect-timeout-ms", "1000");
        settings.setProperty(NAME + ".response-timeout-ms", String.valueOf(LIMIT_MS));
        settings.setProperty(NAME + ".retry-after-max-ms", "30000");
        webhooks = new Webhooks(settings);
        return webhooks;
    }

    private Exchange post(String target) throws Exception {
        return post(webhooks("http://127.0.0.1:" + server.getLocalPort() + target));
    }

    private static Exchange post(Webhooks webhooks) throws Exception {
        Exchange exchange = exchange();
        webhooks.post(exchange, NAME);
        return exchange;
    }

    private static Exchange exchange() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody("{}".getBytes(UTF_8));
        exchange.getMessage().setHeader("Content-Type", "application/json");
        exchange.getMessage().setHeader("Idempotency-Key", "e-1");
        exchange.getMessage().setHeader("CamelHttpUri", "http://127.0.0.1:9/elsewhere");
        return exchange;
    }

    private String request() throws InterruptedException {
        String request = requests.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/hook",
                "/hook?",
                "/hook/?access_token=a%2Bb%20c+d/e=&&x",
                "/robot/send?access_token=0f1e&timestamp={{gateway.alert.group}}&sign=a%3D%3D",
                "/services/T00/B00/x%2Fy%252F;v=1/../a//b/./c",
                "/%E5%91%8A%E8%AD%A6?q=%e5%91%8a&r=%7B%7Bx%7D%7D",
                "/hook?RAW(x)=RAW{y}&$(z)=$simple{body}&#a=1",
                "/hook?url=http://127.0.0.1/a?b=c&d='e'&f=\"g\"|h^i`j`&k=@l:m!n*o~p,q",
                "/hook?%",
                "?token=1"
            })
    void theUrlIsSentByteForByte(String target) throws Exception {
        post(target);

        String sent = target.startsWith("?") ? "/" + target : target;
        assertThat(request()).startsWith("POST " + sent.replaceFirst("#.*", "") + " HTTP/1.1\r\n");
    }

    @Test
    void theMessageIsSentWithItsHeadersAndNoneOfCamels() throws Exception {
        post("/hook");

        assertThat(request())
                .contains("Content-Type: application/json\r\n", "Idempotency-Key: e-1\r\n", "Content-Length: 2\r\n")
                .contains("Host: 127.0.0.1:" + server.getLocalPort() + "\r\n")
                .doesNotContainIgnoringCase("camel", "elsewhere", "Upgrade", "Accept-Encoding", "Authorization");
    }

    @Test
    void aUserAndAPasswordInTheUrlAreSentAsAuthorization() throws Exception {
        post(webhooks("http://us%40er:pass%3Aword@127.0.0.1:" + server.getLocalPort() + "/hook"));

        assertThat(request())
                .startsWith("POST /hook HTTP/1.1\r\n")
                .contains("Authorization: Basic dXNAZXI6cGFzczp3b3Jk\r\n")
                .doesNotContain("us%40er");
    }

    @ParameterizedTest
    @CsvSource({"token, dG9rZW46", "token:, dG9rZW46", ":word, OndvcmQ=", "to%3Aken, dG86a2VuOg=="})
    void aUserOrAPasswordAloneIsSentWithItsColon(String account, String encoded) throws Exception {
        post(webhooks("http://" + account + "@127.0.0.1:" + server.getLocalPort() + "/hook"));

        assertThat(request()).contains("Authorization: Basic " + encoded + "\r\n");
    }

    @Test
    void anEmptyAccountIsNotSent() throws Exception {
        post(webhooks("http://@127.0.0.1:" + server.getLocalPort() + "/hook"));

        assertThat(request()).doesNotContain("Authorization");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://us%er:secret@host/",
                "https://user:secret%@host/",
                "ftp://host/secret",
                "host/secret",
                "http:///secret",
                "http://host:port/secret",
                "http://host:65536/secret",
                "http://host/secret path",
                "http://host/secret\n",
                "http://host/secret-\u544a",
                "http://[::1/secret",
                "https://"
            })
    void anInvalidUrlPreventsTheStart_withoutShowingIt(String url) {
        assertThatThrownBy(() -> webhooks(url))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("gateway.test.webhook-url")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTPS://host", "http://[::1]:8080/a", "http://my_host.example/a", "https://host:/a?b#c"})
    void otherUrlsAreAccepted(String url) {
        assertThat(webhooks(url).isSet(NAME)).isTrue();
    }

    @Test
    void withoutAUrlNothingIsCalled() {
        assertThat(webhooks("").isSet(NAME)).isFalse();
        assertThat(webhooks(" ").isSet(NAME)).isFalse();
    }

    @Test
    void aSlowOrLongBodyIsNotRead() throws Exception {
        for (Answer body : new Answer[] {
            out -> drip(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x"),
            out -> drip(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
            out -> flood(out, "HTTP/1.1 200 OK\r\n\r\n")
        }) {
            answer = body;
            long started = System.nanoTime();
            post("/hook");
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(LIMIT_MS));
        }
        answer = out -> drip(out, "HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", "x");
        assertThatThrownBy(() -> post("/hook"))
                .isInstanceOfSatisfying(HttpOperationFailedException.class, e -> assertThat(e.getStatusCode())
                        .isEqualTo(500));
    }

    private static void drip(OutputStream out, String head, String drop) throws IOException, InterruptedException {
        write(out, head);
        while (true) {
            TimeUnit.MILLISECONDS.sleep(50);
            write(out, drop);
        }
    }

    private static void flood(OutputStream out, String head) throws IOException {
        write(out, head);
        while (true) {
            write(out, "x".repeat(8192));
        }
    }

    @Test
    void aCallEndsInTime_withAnyKindOfAnswer() {
        for (Answer slow : new Answer[] {
            out -> TimeUnit.MINUTES.sleep(1),
            out -> drip(out, "", "H"),
            out -> drip(out, "HTTP/1.1 200 OK\r\n", "X: y\r\n"),
            out -> drip(out, "", "HTTP/1.1 100 Continue\r\n\r\n"),
            out -> flood(out, "HTTP/1.1 200 "),
        }) {
            answer = slow;
            long started = System.nanoTime();
            assertThatThrownBy(() -> post("/hook?token=secret"))
                    .isInstanceOf(WebhookException.class)
                    .hasMessageContaining("The webhook of gateway.test.webhook-url gave no answer")
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMillis(4 * LIMIT_MS));
        }
    }

    @Test
    void aFailureDoesNotShowTheUrl() throws Exception {
        server.close();
        assertThatThrownBy(() -> post("/secret?token=secret"))
                .isInstanceOf(WebhookException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void aRedirectIsNotFollowed_andCountsAsFailure() {
        answer = out -> write(out, "HTTP/1.1 307 Elsewhere\r\nLocation: /other?secret\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> post("/hook?secret"))
                .isInstanceOf(HttpOperationFailedException.class)
                .hasMessageNotContaining("secret");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aWebhookIsNotCalledBeforeItsRetryAfter() throws Exception {
        answer = out -> write(out, "HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n");
        Webhooks asked = webhooks("http://127.0.0.1:" + server.getLocalPort() + "/hook");
        Exchange first = exchange();
        assertThatThrownBy(() -> asked.post(first, NAME)).isInstanceOf(HttpOperationFailedException.class);
        assertThat(first.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class))
                .isBetween(2000L, 2100L);

        Exchange second = exchange();
        assertThatThrownBy(() -> asked.post(second, NAME)).isInstanceOf(WebhookException.class);
        assertThat(second.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class))
                .isBetween(1L, 2001L);
        assertThat(requests).as("the second attempt does not call the webhook").hasSize(1);
    }

    @Test
    void otherAnswersLeaveTheDelayToThePolicy() {
        for (String other : new String[] {
            "500 No\r\nRetry-After: 2", "503 Busy", "429 Busy\r\nRetry-After: soon", "503 Busy\r\nRetry-After: 0"
        }) {
            answer = out -> write(out, "HTTP/1.1 " + other + "\r\nContent-Length: 0\r\n\r\n");
            Exchange exchange = exchange();
            Webhooks asked = webhooks("http://127.0.0.1:" + server.getLocalPort() + "/hook");
            assertThatThrownBy(() -> asked.post(exchange, NAME)).isInstanceOf(HttpOperationFailedException.class);
            assertThat(exchange.getMessage().getHeaders()).as(other).doesNotContainKey(Exchange.REDELIVERY_DELAY);
        }
    }

    @Test
    void aWaitIsSecondsOrADate_andBounded() {
        Instant now = Instant.parse("2026-01-31T12:00:00Z");
        Duration bound = Duration.ofSeconds(30);
        Map.of(
                        "7", 7,
                        " 7 ", 7,
                        "86400", 30,
                        "999999999999999999", 30,
                        "-1", 0,
                        "soon", 0,
                        "Sat, 31 Jan 2026 12:00:09 GMT", 9,
                        "Saturday, 31-Jan-26 12:00:09 GMT", 9,
                        "Sat, 31 Jan 2026 11:00:00 GMT", 0)
                .forEach((text, seconds) ->
                        assertThat(RetryAfter.parse(text, now, bound)).as(text).isEqualTo(Duration.ofSeconds(seconds)));
        String later = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                now.plusSeconds(3600).atOffset(ZoneOffset.UTC));
        assertThat(RetryAfter.parse(later, now, bound)).isEqualTo(bound);
        assertThat(RetryAfter.parse(null, now, bound)).isZero();
    }
}
