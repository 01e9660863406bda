package io.github.eventgateway.server.security;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that verify tokens: a shared secret, or the public keys of an issuer.
 *
 * @param jwtSecret Secret of HS256 tokens, at least 32 bytes in UTF-8. If it is empty and no issuer is set, the gateway
 *     generates a key; this works only with the embedded broker and database.
 * @param jwtSecretPrevious Second secret. Its tokens are also valid, so that clients can change to the first secret
 *     gradually.
 * @param issuerUri Issuer of RS256 or ES256 tokens, which must be the {@code iss} of a token. The gateway finds the keys of
 *     the issuer by discovery. It also starts while the issuer is unavailable.
 * @param jwkSetUri Address of the keys of the issuer, instead of discovery.
 * @param audience Value that {@code aud} of a token must contain. If it is empty, any value is accepted.
 * @param jwkAlgorithms Algorithms of the keys of the issuer. A token cannot choose another one.
 * @param jwkRefresh Interval at which the gateway fetches the keys of the issuer, at least {@code 1s}.
 * @param jwkRetryAfter Delay after a failed request for the keys of the issuer. If the issuer answers but lacks a key,
 *     the gateway asks it at most twice in this time.
 * @param jwkKeptFor Time for which known keys stay valid while the issuer does not answer. If a token cannot be verified
 *     in this time, the request is answered with 503.
 * @param clockSkew Maximum difference between the clocks of the issuer and the gateway, at most {@code 5m}.
 * @param verifiedTokens Number of verified tokens that the gateway remembers.
 * @param verifiedFor Time for which the gateway remembers a verified token, at most until the token expires.
 * @param developmentKeyFile File with the key that the gateway generates with the embedded broker and database.
 */
@ConfigurationProperties("gateway.security")
public record SecuritySettings(
        @DefaultValue("") String jwtSecret,
        @DefaultValue("") String jwtSecretPrevious,
        @DefaultValue("") String issuerUri,
        @DefaultValue("") String jwkSetUri,
        @DefaultValue("") String audience,
        @DefaultValue({"RS256", "ES256"}) List<String> jwkAlgorithms,
        @DefaultValue("1m") Duration jwkRefresh,
        @DefaultValue("10s") Duration jwkRetryAfter,
        @DefaultValue("1h") Duration jwkKeptFor,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("10000") int verifiedTokens,
        @DefaultValue("5m") Duration verifiedFor,
        @DefaultValue("data/signing.key") Path developmentKeyFile) {

    private static final Duration LONGEST_SKEW = Duration.ofMinutes(5);

    public SecuritySettings {
        if (clockSkew.isNegative() || clockSkew.compareTo(LONGEST_SKEW) > 0) {
            throw new StartupException("gateway.security.clock-skew is " + clockSkew.toSeconds()
                    + " seconds: write a duration from 0s to 5m, so that expired tokens do not stay valid");
        }
    }

    boolean hasIssuer() {
        return !issuerUri.isBlank() || !jwkSetUri.isBlank();
    }

    /** Settings are logged, so the text must not contain the secrets. */
    @Override
    public String toString() {
        return "SecuritySettings[issuerUri=%s, jwkSetUri=%s, audience=%s]".formatted(issuerUri, jwkSetUri, audience);
    }
}
