package io.github.eventgateway.server.security;

import io.github.eventgateway.api.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * By which key tokens are verified: a shared secret, or the public keys of an issuer.
 *
 * @param jwtSecret the secret of HS256, 32 bytes or more in UTF-8; empty where an issuer is set
 * @param jwtSecretPrevious a second secret whose tokens are taken too, while clients change to those of the first; may be
 *     empty
 * @param issuerUri the issuer, whose {@code iss} a token must carry; its keys are found by discovery
 * @param jwkSetUri where the issuer's keys are, in place of discovery
 * @param audience what a token's {@code aud} must hold; empty takes any
 * @param jwkAlgorithms the algorithms of an issuer's keys; a token cannot choose another
 * @param jwkRefresh how often the issuer's keys are asked for; one second or more
 * @param jwkRetryAfter how soon an issuer is asked again that did not answer; one that answered is asked twice at most in
 *     this time, for keys that it does not have
 * @param jwkKeptFor how long its keys stay in force while it does not answer
 * @param clockSkew how far the clocks of the issuer and the gateway may be apart; five minutes at most
 * @param verifiedTokens how many verified tokens are remembered
 * @param verifiedFor how long a verified token is remembered, at most until it expires
 * @param developmentKeyFile the key that a gateway makes up when it runs with its embedded defaults
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
                    + " seconds: write a duration from 0s to 5m, or expired tokens stay good");
        }
    }

    boolean hasIssuer() {
        return !issuerUri.isBlank() || !jwkSetUri.isBlank();
    }

    /** Without the secret, since settings end up in logs. */
    @Override
    public String toString() {
        return "SecuritySettings[issuerUri=%s, jwkSetUri=%s, audience=%s]".formatted(issuerUri, jwkSetUri, audience);
    }
}
