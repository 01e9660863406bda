package io.github.eventgateway.handle;

import io.github.eventgateway.api.DaemonThreads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;

/** Posts to one webhook. A call ends within its time limit, however slow the other side is. Any thread. */
final class Webhook implements AutoCloseable {

    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_HEADERS = 200;

    private final String setting;
    private final WebhookUrl url;
    private final Duration limit;
    private final CloseableHttpClient client;
    private final ExecutorService calls = Executors.newCachedThreadPool(DaemonThreads.numbered("webhook"));

    /** The answer of the other side, without its body. */
    record WebhookAnswer(int status, String retryAfter) {}

    /**
     * @param limit the time limit of a call, from the DNS lookup to the head of the answer
     */
    Webhook(String setting, WebhookUrl url, Duration connectTimeout, Duration limit) {
        this.setting = setting;
        this.url = url;
        this.limit = limit;
        this.client = client(connectTimeout, limit);
    }

    private static CloseableHttpClient client(Duration connectTimeout, Duration limit) {
        Http1Config bounded = Http1Config.custom()
                .setMaxLineLength(LONGEST_LINE)
                .setMaxHeaderCount(MOST_HEADERS)
                .build();
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(bounded)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                                .setSocketTimeout((int) limit.toMillis(), TimeUnit.MILLISECONDS)
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setProtocolUpgradeEnabled(false).build())
                .setUserAgent("event-gateway")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /**
     * Posts these bytes and returns the answer.
     *
     * @throws WebhookException without an answer in time
     */
    WebhookAnswer post(byte[] body, Map<String, String> headers) throws WebhookException, InterruptedException {
        HttpPost post = request(body, headers);
        Future<WebhookAnswer> call = calls.submit(() -> call(post));
        boolean isOver = false;
        try {
            WebhookAnswer answer = call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            isOver = true;
            return answer;
        } catch (TimeoutException e) {
            throw new WebhookException(
                    "The webhook of " + setting + " gave no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            isOver = true;
            throw new WebhookException("The webhook of " + setting + " gave no answer ("
                    + e.getCause().getClass().getSimpleName() + ")");
        } finally {
            if (!isOver) {
                post.cancel();
            }
        }
    }

    /** The client would encode a URI in its own way, so it gets the parts. */
    private HttpPost request(byte[] body, Map<String, String> headers) {
        HttpPost post = new HttpPost(URI.create(url.host().getSchemeName() + "://webhook/"));
        post.setAuthority(new URIAuthority(url.host()));
        post.setPath(url.target());
        headers.forEach(post::setHeader);
        if (url.authorization() != null && !post.containsHeader("Authorization")) {
            post.setHeader("Authorization", url.authorization());
        }
        post.setEntity(new ByteArrayEntity(body, null));
        return post;
    }

    /** Closes the connection and does not wait for the body of the answer. */
    private WebhookAnswer call(HttpPost post) throws IOException {
        ClassicHttpResponse response = client.executeOpen(url.host(), post, null);
        Header retryAfter = response.getFirstHeader("Retry-After");
        if (response.getEntity() == null) {
            response.close();
        } else {
            post.cancel();
        }
        return new WebhookAnswer(response.getCode(), retryAfter == null ? null : retryAfter.getValue());
    }

    @Override
    public void close() {
        calls.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }
}
