package io.github.eventgateway.server.security;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Gets documents of the issuer. The documents of one fetch have a time limit together, however slowly their bytes
 * arrive. Only one thread may call at a time.
 */
final class IssuerDocuments implements ResourceRetriever {

    private static final int MOST_BYTES = 512 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private long begin;

    /** Starts the time limit of the next documents. */
    void begin() {
        begin = System.nanoTime();
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        HttpResponse<Void> response = answer(url, part -> keep(body, part));
        if (response.statusCode() < 200 || response.statusCode() > 299) {
            throw new IOException(url + " answered " + response.statusCode());
        }
        if (body.size() > MOST_BYTES) {
            throw new IOException(url + " answered more than " + MOST_BYTES + " bytes");
        }
        String type = response.headers().firstValue("Content-Type").orElse(null);
        return new Resource(body.toString(StandardCharsets.UTF_8), type);
    }

    /** Drops the rest of a long answer, because the time limit ends that answer. */
    private static void keep(ByteArrayOutputStream body, byte[] part) {
        if (body.size() <= MOST_BYTES) {
            body.writeBytes(part);
        }
    }

    private static HttpRequest request(URL url) throws IOException {
        try {
            return HttpRequest.newBuilder(url.toURI()).build();
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException(url + " is not an address for HTTP", e);
        }
    }

    private HttpResponse<Void> answer(URL url, Consumer<byte[]> parts) throws IOException {
        long left = LIMIT.toNanos() - (System.nanoTime() - begin);
        CompletableFuture<HttpResponse<Void>> call = client.sendAsync(
                request(url), HttpResponse.BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(parts)));
        try {
            return call.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(url + " did not answer within " + LIMIT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(url + " gave no answer: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The gateway stops", e);
        } finally {
            call.cancel(true);
        }
    }
}
