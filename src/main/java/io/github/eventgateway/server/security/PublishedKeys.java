package io.github.eventgateway.server.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;

/**
 * Fetches the keys that the issuer publishes. Each call asks the issuer. The first call finds the address of the keys,
 * so that the gateway starts without the issuer. Only one thread may call at a time.
 */
final class PublishedKeys implements JWKSetSource<SecurityContext> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecuritySettings settings;
    private final IssuerDocuments documents = new IssuerDocuments();
    private JWKSetSource<SecurityContext> found;

    PublishedKeys(SecuritySettings settings) {
        this.settings = settings;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long now, SecurityContext context)
            throws KeySourceException {
        documents.begin();
        if (found == null) {
            found = new URLBasedJWKSetSource<>(location(), documents);
        }
        return found.getJWKSet(evaluator, now, context);
    }

    private URL location() throws JWKSetUnavailableException {
        try {
            return settings.jwkSetUri().isBlank() ? discovered() : url(settings.jwkSetUri());
        } catch (IOException | IllegalArgumentException e) {
            throw new JWKSetUnavailableException("The address of the keys is unknown: " + e.getMessage(), e);
        }
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
                JsonNode metadata =
                        JSON.readTree(documents.retrieveResource(url(document)).getContent());
                if (!settings.issuerUri().equals(metadata.path("issuer").asText())) {
                    throw new IOException(document + " belongs to another issuer");
                }
                return url(metadata.path("jwks_uri").asText());
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static URL url(String text) throws MalformedURLException {
        return URI.create(text).toURL();
    }

    @Override
    public void close() {}
}
