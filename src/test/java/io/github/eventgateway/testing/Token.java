package io.github.eventgateway.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Creates valid and invalid access tokens without the code of the gateway. */
public final class Token {

    /** The {@code JWT_SECRET} of the gateways in tests. */
    public static final String SECRET = "a-secret-for-tests-that-is-long-enough";

    private static final Duration AN_HOUR = Duration.ofHours(1);

    private Token() {}

    public static String ofAllScopes() {
        return of("events:write events:read events:export dead-letters:write kafka:test audit:read data:erase");
    }

    /** Returns a token with all scopes, signed with this secret. */
    public static String ofAllScopes(String secret) {
        return signed("events:write events:read dead-letters:write kafka:test", secret, AN_HOUR);
    }

    /** Returns a token with these scopes, separated by blanks. */
    public static String of(String scopes) {
        return signed(scopes, SECRET, AN_HOUR);
    }

    /** Returns a token with these scopes for this subject. */
    public static String of(String scopes, String subject) {
        return signed(claims(scopes, AN_HOUR, subject), SECRET);
    }

    /** Returns a token with these scopes for this subject, which expires after this time. */
    public static String of(String scopes, String subject, Duration validFor) {
        return signed(claims(scopes, validFor, subject), SECRET);
    }

    public static String expired() {
        return signed("events:write events:read", SECRET, AN_HOUR.negated());
    }

    public static String ofAnotherKey() {
        return signed("events:write events:read", SECRET + "-but-another", AN_HOUR);
    }

    /** Returns a token with {@code alg: none}. */
    public static String unsigned() {
        return new PlainJWT(claims("events:write events:read", AN_HOUR, "tester")).serialize();
    }

    private static String signed(String scopes, String secret, Duration validFor) {
        return signed(claims(scopes, validFor, "tester"), secret);
    }

    private static String signed(JWTClaimsSet claims, String secret) {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private static JWTClaimsSet claims(String scopes, Duration validFor, String subject) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .subject(subject)
                .claim("scope", scopes)
                .expirationTime(Date.from(now.plus(validFor)))
                .build();
    }
}
