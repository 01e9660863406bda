package io.github.eventgateway.security;

import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.startup.StartupException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/** How a token is verified. The settings fix the algorithm; what the token's header asks for does not count. */
@Configuration(proxyBeanMethods = false)
class TokenVerification {

    @Bean
    JwtDecoder jwtDecoder(SecuritySettings settings, Environment environment) {
        JwtDecoder decoder = settings.hasIssuer()
                ? issuersKeys(settings)
                : sharedSecret(
                        settings,
                        SigningKey.of(settings, EmbeddedDefaults.of(environment).developmentKey()));
        return new VerifiedTokens(decoder, settings.verifiedTokens(), settings.verifiedFor(), Clock.systemUTC());
    }

    static JwtDecoder sharedSecret(SecuritySettings settings, SigningKey key) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(key.secret())
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(validator(settings));
        return decoder;
    }

    /** Asks the issuer at the first token, so that the gateway starts without it. */
    static JwtDecoder issuersKeys(SecuritySettings settings) {
        if (!settings.jwtSecret().isEmpty()) {
            throw new StartupException("JWT_SECRET is set, and so is JWT_ISSUER_URI or JWT_JWK_SET_URI: tokens are"
                    + " verified by one of them, unset the other");
        }
        List<SignatureAlgorithm> algorithms = settings.jwkAlgorithms().stream()
                .map(TokenVerification::algorithm)
                .toList();
        return new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder.JwkSetUriJwtDecoderBuilder keys =
                    settings.jwkSetUri().isBlank()
                            ? NimbusJwtDecoder.withIssuerLocation(settings.issuerUri())
                            : NimbusJwtDecoder.withJwkSetUri(settings.jwkSetUri());
            NimbusJwtDecoder decoder =
                    keys.jwsAlgorithms(all -> all.addAll(algorithms)).build();
            decoder.setJwtValidator(validator(settings));
            return decoder;
        });
    }

    private static SignatureAlgorithm algorithm(String name) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.from(name);
        if (algorithm == null) {
            throw new StartupException("gateway.security.jwk-algorithms names '" + name
                    + "': write signature algorithms such as RS256, ES256");
        }
        return algorithm;
    }

    private static OAuth2TokenValidator<Jwt> validator(SecuritySettings settings) {
        List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>();
        all.add(new JwtTimestampValidator(settings.clockSkew()));
        if (!settings.issuerUri().isBlank()) {
            all.add(new JwtIssuerValidator(settings.issuerUri()));
        }
        if (!settings.audience().isBlank()) {
            all.add(new JwtClaimValidator<List<String>>(
                    "aud", audience -> audience != null && audience.contains(settings.audience())));
        }
        return new DelegatingOAuth2TokenValidator<>(all);
    }
}
