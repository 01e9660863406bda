package io.github.eventgateway.server.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.StartupException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The sign-in of operators to the console: at an OpenID provider, by the authorization code flow with PKCE (RFC 7636),
 * or only with a token that they paste.
 *
 * @param issuer Issuer of the OpenID provider at which operators sign in to the console. If it is empty, they paste a token.
 * @param clientId Client id of the console at the provider, a public client.
 * @param scope Scopes that the console requests from the provider, separated by blanks.
 */
@ConfigurationProperties("gateway.http.console-oidc")
record ConsoleSignIn(
        @DefaultValue("") String issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("openid") String scope) {

    private static final String ISSUER = "CONSOLE_OIDC_ISSUER";
    private static final String CLIENT = "CONSOLE_OIDC_CLIENT_ID";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws StartupException if the settings are incomplete, or tokens would travel in clear text */
    ConsoleSignIn {
        if (issuer.isBlank() != clientId.isBlank()) {
            throw new StartupException(ISSUER + " and " + CLIENT + " belong together: set both, or neither");
        }
        if (!issuer.isBlank() && !isSafe(issuer)) {
            throw new StartupException(ISSUER + " is '" + issuer
                    + "': write the https URL of the issuer, such as https://login.example.org/realms/ops");
        }
    }

    private static boolean isSafe(String issuer) {
        try {
            URI uri = URI.create(issuer);
            boolean plain = uri.getQuery() == null && uri.getFragment() == null && uri.getUserInfo() == null;
            return plain && uri.getHost() != null && ("https".equals(uri.getScheme()) || isOfThisMachine(uri));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOfThisMachine(URI uri) {
        try {
            return "http".equals(uri.getScheme())
                    && Set.of("127.0.0.1", "[::1]", "localhost").contains(uri.getHost())
                    && InetAddress.getByName(uri.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean isOffered() {
        return !issuer.isBlank();
    }

    /** Returns the settings for the page as JSON; an empty object if operators only paste tokens. */
    byte[] json() {
        Map<String, String> known =
                isOffered() ? Map.of("issuer", issuer, "client_id", clientId, "scope", scope) : Map.of();
        try {
            return JSON.writeValueAsString(known).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the origins that the page may call: the gateway, and the issuer. */
    String callable() {
        return isOffered() ? "'self' " + origin(URI.create(issuer)) : "'self'";
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
