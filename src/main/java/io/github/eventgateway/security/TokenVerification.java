package io.github.eventgateway.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.github.eventgateway.embedded.EmbeddedDefaults;
import io.github.eventgateway.startup.StartupException;
import java.security.Key;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** How a token is verified. The settings fix the algorithm; what the token's header asks for does not count. */
@Configuration(proxyBeanMethods = false)
class TokenVerification {

    @Bean
    JwtDecoder jwtDecoder(SecuritySettings settings, Environment environment) {
        if (settings.hasIssuer()) {
            IssuerKeys keys = new IssuerKeys(settings, System::nanoTime);
            VerifiedTokens tokens = remembered(issuersKeys(settings, keys), settings);
            keys.onChange(tokens::forget);
            return token -> {
                keys.refreshIfDue();
                return tokens.decode(token);
            };
        }
        boolean developmentKey = EmbeddedDefaults.of(environment).developmentKey();
        return remembered(sharedSecret(settings, SigningKey.toVerify(settings, developmentKey)), settings);
    }

    private static VerifiedTokens remembered(JwtDecoder decoder, SecuritySettings settings) {
        return new VerifiedTokens(decoder, settings.verifiedTokens(), settings.verifiedFor(), Clock.systemUTC());
    }

    static JwtDecoder sharedSecret(SecuritySettings settings, List<SecretKey> keys) {
        List<Key> all = List.copyOf(keys);
        return decoder(
                (header, context) -> JWSAlgorithm.HS256.equals(header.getAlgorithm()) ? all : List.of(), settings);
    }

    /** Asks the issuer at the first token, so that the gateway starts without it. */
    static JwtDecoder issuersKeys(SecuritySettings settings, IssuerKeys keys) {
        if (!settings.jwtSecret().isEmpty() || !settings.jwtSecretPrevious().isEmpty()) {
            throw new StartupException("JWT_SECRET is set, and so is JWT_ISSUER_URI or JWT_JWK_SET_URI: tokens are"
                    + " verified by one of them, unset the other");
        }
        Set<JWSAlgorithm> algorithms = settings.jwkAlgorithms().stream()
                .map(TokenVerification::algorithm)
                .collect(Collectors.toSet());
        return decoder(new JWSVerificationKeySelector<>(algorithms, keys), settings);
    }

    private static JwtDecoder decoder(JWSKeySelector<SecurityContext> keys, SecuritySettings settings) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(keys);
        // RFC 9068 gives access tokens a type of their own
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(validator(settings));
        return decoder;
    }

    private static JWSAlgorithm algorithm(String name) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.from(name);
        if (algorithm == null) {
            throw new StartupException("gateway.security.jwk-algorithms names '" + name
                    + "': write signature algorithms such as RS256, ES256");
        }
        return JWSAlgorithm.parse(algorithm.getName());
    }

    private static OAuth2TokenValidator<Jwt> validator(SecuritySettings settings) {
        List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>();
        all.add(TokenVerification::expires);
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

    /** A token for ever could not be taken back but by a change of the key. */
    private static OAuth2TokenValidatorResult expires(Jwt token) {
        return token.getExpiresAt() == null
                ? OAuth2TokenValidatorResult.failure(
                        new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, "The claim exp is missing", null))
                : OAuth2TokenValidatorResult.success();
    }
}
