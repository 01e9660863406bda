package io.github.eventgateway.server.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.embedded.EmbeddedDefaults;
import java.security.Key;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

/** Verifies tokens. The settings determine the algorithm; the header of the token has no influence. */
@Configuration(proxyBeanMethods = false)
class TokenVerification {

    private static final Logger LOG = LoggerFactory.getLogger(TokenVerification.class);
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");
    private static final String MEDIA_TYPE = "application/";

    /** The maximum length of a subject in the audit trail. Longer ones could be cut to the same text. */
    static final int LONGEST_SUBJECT = 255;

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

    /** An issuer makes tokens for many services, and many issuers can share a set of keys. */
    private static void warn(SecuritySettings settings) {
        if (settings.audience().isBlank()) {
            LOG.warn("JWT_AUDIENCE is not set. The gateway also accepts tokens that the issuer made for "
                    + "other services. Set it to the aud of the tokens for this gateway");
        }
        if (settings.issuerUri().isBlank()) {
            LOG.warn("JWT_ISSUER_URI is not set. The gateway accepts a token of any issuer if a key of "
                    + "JWT_JWK_SET_URI signed it. Set it to the iss of the tokens");
        }
    }

    private static VerifiedTokens remembered(JwtDecoder decoder, SecuritySettings settings) {
        return new VerifiedTokens(decoder, settings.verifiedTokens(), settings.verifiedFor(), Clock.systemUTC());
    }

    static JwtDecoder sharedSecret(SecuritySettings settings, List<SecretKey> keys) {
        List<Key> all = List.copyOf(keys);
        return decoder(
                (header, context) -> JWSAlgorithm.HS256.equals(header.getAlgorithm()) ? all : List.of(), settings);
    }

    /** Asks the issuer only at the first token, so that the gateway starts without it. */
    static JwtDecoder issuersKeys(SecuritySettings settings, IssuerKeys keys) {
        if (!settings.jwtSecret().isEmpty() || !settings.jwtSecretPrevious().isEmpty()) {
            throw new StartupException(
                    "JWT_SECRET is set together with JWT_ISSUER_URI or " + "JWT_JWK_SET_URI: set only one of them");
        }
        warn(settings);
        Set<JWSAlgorithm> algorithms = settings.jwkAlgorithms().stream()
                .map(TokenVerification::algorithm)
                .collect(Collectors.toSet());
        return decoder(new JWSVerificationKeySelector<>(algorithms, keys), settings);
    }

    private static JwtDecoder decoder(JWSKeySelector<SecurityContext> keys, SecuritySettings settings) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(keys);
        processor.setJWSTypeVerifier((type, context) -> requireToken(type));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(validator(settings));
        return decoder;
    }

    /**
     * RFC 9068 defines a type for access tokens. It is a media type, whose {@code application/} is optional, in any
     * case (RFC 7515, section 4.1.9).
     */
    private static void requireToken(JOSEObjectType type) throws BadJOSEException {
        if (type == null) {
            return;
        }
        String name = type.getType().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(name.startsWith(MEDIA_TYPE) ? name.substring(MEDIA_TYPE.length()) : name)) {
            throw new BadJOSEException("The type of the token is not one of " + TYPES);
        }
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
        all.add(TokenVerification::hasSubject);
        all.add(TokenVerification::hasScopes);
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

    /** Only a change of the key could revoke a token without an expiry. */
    private static OAuth2TokenValidatorResult expires(Jwt token) {
        return token.getExpiresAt() == null
                ? invalid("The claim exp is missing")
                : OAuth2TokenValidatorResult.success();
    }

    /** Limits count by subject, and the audit trail names it. */
    private static OAuth2TokenValidatorResult hasSubject(Jwt token) {
        String subject = token.getSubject();
        boolean good = subject != null
                && !subject.isBlank()
                && subject.length() <= LONGEST_SUBJECT
                && subject.indexOf('\0') < 0;
        return good
                ? OAuth2TokenValidatorResult.success()
                : invalid("The claim sub is not a text of 1 to " + LONGEST_SUBJECT + " characters");
    }

    /** The conversion to authorities reads the first of these claims that the token has. */
    private static OAuth2TokenValidatorResult hasScopes(Jwt token) {
        for (String claim : List.of("scope", "scp")) {
            Object scopes = token.getClaims().get(claim);
            boolean isList =
                    scopes instanceof Collection<?> list && list.stream().allMatch(String.class::isInstance);
            if (scopes != null && !(scopes instanceof String) && !isList) {
                return invalid("The claim " + claim + " is neither a text nor a list of texts");
            }
        }
        return OAuth2TokenValidatorResult.success();
    }

    private static OAuth2TokenValidatorResult invalid(String why) {
        return OAuth2TokenValidatorResult.failure(new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN, why, null));
    }
}
