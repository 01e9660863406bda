package io.github.eventgateway.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an issuer. They are asked for at the first token, again when a token names a key that is not among
 * them, and from time to time, so that a key which the issuer withdraws stops counting. An issuer that does not answer
 * holds no caller up for longer than a fetch may take, and is not asked again for a while; the keys that are known stay
 * in force until they are too old. Any thread.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int FETCH_TIMEOUT_MS = 2000;
    private static final int MAX_BYTES = 512 * 1024;
    private static final long WAIT_FOR_ANOTHERS_FETCH_MS = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecuritySettings settings;
    private final LongSupplier nanos;
    private final ResourceRetriever http = new DefaultResourceRetriever(FETCH_TIMEOUT_MS, FETCH_TIMEOUT_MS, MAX_BYTES);
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile Runnable onChange = () -> {};
    private volatile URL location;
    private volatile Known known;
    private volatile Attempt last;

    private record Known(JWKSet keys, long at) {}

    private record Attempt(long at, boolean succeeded) {}

    IssuerKeys(SecuritySettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    /** What is done when the issuer's keys are others than before. */
    void onChange(Runnable action) {
        onChange = action;
    }

    /**
     * The keys that fit; none where the issuer has none that does.
     *
     * @throws RemoteKeySourceException where this cannot be told, since the issuer is out of reach
     */
    @Override
    public List<JWK> get(JWKSelector selector, SecurityContext context) throws RemoteKeySourceException {
        Known before = known;
        boolean usable = before != null && !isOlderThan(before.at(), settings.jwkKeptFor());
        if (usable) {
            List<JWK> found = selector.select(before.keys());
            if (!found.isEmpty()) {
                return found;
            }
        }
        Attempt attempt = last;
        if (attempt == null || isOlderThan(attempt.at(), settings.jwkRetryAfter())) {
            return selector.select(fetchOnce(before).keys());
        }
        if (usable && attempt.succeeded()) {
            return List.of();
        }
        throw new RemoteKeySourceException("The issuer did not answer a moment ago", null);
    }

    /** Asks for the keys on another thread where those that are known are due; returns at once. */
    void refreshIfDue() {
        Attempt attempt = last;
        if (known == null
                || attempt == null
                || !isOlderThan(attempt.at(), settings.jwkRefresh())
                || !refreshing.compareAndSet(false, true)) {
            return;
        }
        Thread refresh = new Thread(
                () -> {
                    try {
                        fetchOnce(known);
                    } catch (RemoteKeySourceException e) {
                        // it is in the log; the known keys stay in force for a while
                    } finally {
                        refreshing.set(false);
                    }
                },
                "issuer-keys");
        refresh.setDaemon(true);
        refresh.start();
    }

    /** One fetch serves all who wait for one. */
    private Known fetchOnce(Known before) throws RemoteKeySourceException {
        try {
            if (!fetching.tryLock(WAIT_FOR_ANOTHERS_FETCH_MS, TimeUnit.MILLISECONDS)) {
                throw new RemoteKeySourceException("The issuer is slow to answer", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteKeySourceException("Interrupted", e);
        }
        try {
            Known since = known;
            if (since != before && since != null) {
                return since;
            }
            Attempt attempt = last;
            if (attempt != null && !attempt.succeeded() && !isOlderThan(attempt.at(), settings.jwkRetryAfter())) {
                throw new RemoteKeySourceException("The issuer did not answer a moment ago", null);
            }
            return fetch(before);
        } finally {
            fetching.unlock();
        }
    }

    private Known fetch(Known before) throws RemoteKeySourceException {
        try {
            JWKSet keys =
                    JWKSet.parse(http.retrieveResource(location()).getContent()).toPublicJWKSet();
            Known fetched = new Known(keys, nanos.getAsLong());
            known = fetched;
            last = new Attempt(fetched.at(), true);
            if (before != null && !before.keys().toString().equals(keys.toString())) {
                LOG.info("The issuer's keys changed; every token is verified anew");
                onChange.run();
            }
            return fetched;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            last = new Attempt(nanos.getAsLong(), false);
            LOG.warn("The keys of the issuer of access tokens cannot be fetched: {}", e.toString());
            throw new RemoteKeySourceException("The issuer's keys cannot be fetched", e);
        }
    }

    private URL location() throws IOException {
        if (location == null) {
            location = settings.jwkSetUri().isBlank() ? discovered() : url(settings.jwkSetUri());
        }
        return location;
    }

    /** OpenID Connect Discovery 1.0, section 4; else RFC 8414, section 3. */
    private URL discovered() throws IOException {
        URI issuer = URI.create(settings.issuerUri());
        String path = issuer.getPath() == null ? "" : issuer.getPath().replaceFirst("/$", "");
        String host = issuer.getScheme() + "://" + issuer.getAuthority();
        IOException failure = null;
        for (String document : List.of(
                host + path + "/.well-known/openid-configuration",
                host + "/.well-known/oauth-authorization-server" + path)) {
            try {
                JsonNode found =
                        JSON.readTree(http.retrieveResource(url(document)).getContent());
                if (!settings.issuerUri().equals(found.path("issuer").asText())) {
                    throw new IOException(document + " speaks of another issuer");
                }
                return url(found.path("jwks_uri").asText());
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static URL url(String text) throws MalformedURLException {
        return URI.create(text).toURL();
    }

    private boolean isOlderThan(long at, Duration limit) {
        return nanos.getAsLong() - at > limit.toNanos();
    }
}
