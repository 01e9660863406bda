package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.github.eventgateway.api.StartupException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

@ExtendWith(OutputCaptureExtension.class)
class TokenVerificationTest {

    private static final String SECRET = "a secret of more than thirty-two bytes";

    @Test
    void aTokenOfTheSameSecretIsAccepted() {
        assertThat(sharedSecret(Map.of()).decode(token(Duration.ofMinutes(1))).getClaimAsString("scope"))
                .isEqualTo("events:write");
    }

    @Test
    void clocksMayBeThirtySecondsApart() throws Exception {
        String justExpired = expiredFor(20);
        String longExpired = expiredFor(40);
        assertThat(sharedSecret(Map.of()).decode(justExpired)).isNotNull();
        assertThatThrownBy(() -> sharedSecret(Map.of()).decode(longExpired)).isInstanceOf(BadJwtException.class);
    }

    private static String expiredFor(int seconds) throws Exception {
        Date expiry = Date.from(Instant.now().minusSeconds(seconds));
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder().subject("x").expirationTime(expiry).build());
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    @Test
    void givenAnAudience_thenATokenForAnotherOneIsRefused() {
        assertThatThrownBy(() -> sharedSecret(Map.of("audience", "gateway")).decode(token(Duration.ofMinutes(1))))
                .isInstanceOf(BadJwtException.class);
        String ours = Tokens.sign(key(), "x", "events:write", "gateway", Duration.ofMinutes(1));
        assertThat(sharedSecret(Map.of("audience", "gateway")).decode(ours)).isNotNull();
    }

    @Test
    void theTokenDoesNotChooseTheAlgorithm() throws Exception {
        JWTClaimsSet claims = claims("x");
        String unsigned = new PlainJWT(claims).serialize();
        SignedJWT stronger = new SignedJWT(new JWSHeader(JWSAlgorithm.HS512), claims);
        stronger.sign(new MACSigner(SECRET.repeat(2)));
        JwtDecoder decoder = sharedSecret(Map.of("jwt-secret", SECRET.repeat(2)));
        assertThatThrownBy(() -> decoder.decode(unsigned)).isInstanceOf(BadJwtException.class);
        assertThatThrownBy(() -> decoder.decode(stronger.serialize())).isInstanceOf(BadJwtException.class);
    }

    @Test
    void givenAnUnavailableIssuer_thenTheStartSucceedsAndTokensCannotBeVerifiedUntilItIsUp() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("one").generate();
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String uri = "http://127.0.0.1:" + issuer.getAddress().getPort();
        issuer.createContext("/keys", exchange -> {
            byte[] keys = new JWKSet(rsa.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            issuer.removeContext("/keys");
            issuer.createContext("/keys", later -> {
                later.sendResponseHeaders(200, keys.length);
                later.getResponseBody().write(keys);
                later.close();
            });
        });
        issuer.start();
        try {
            JwtDecoder decoder = issuersKeys(
                    Map.of("issuer-uri", uri, "jwk-set-uri", uri + "/keys", "jwt-secret", "", "jwk-retry-after", "0s"));
            String good = signed(rsa, uri);
            assertThatThrownBy(() -> decoder.decode(good))
                    .isInstanceOf(JwtException.class)
                    .isNotInstanceOf(BadJwtException.class);
            assertThat(decoder.decode(good).getSubject()).isEqualTo("x");
            assertThatThrownBy(() -> decoder.decode(signed(rsa, "https://other")))
                    .isInstanceOf(BadJwtException.class);
        } finally {
            issuer.stop(0);
        }
    }

    @Test
    void givenASecretAndAnIssuer_thenTheStartFailsWithAMessage() {
        assertThatThrownBy(() -> issuersKeys(Map.of("issuer-uri", "https://issuer")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("set only one of them");
    }

    private static String signed(RSAKey key, String issuer) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), claims(issuer));
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static JWTClaimsSet claims(String issuer) {
        return new JWTClaimsSet.Builder()
                .subject("x")
                .issuer(issuer)
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
    }

    @Test
    void givenTwoSecrets_thenTokensOfBothAreAcceptedAndOfNoOther() {
        String previous = "the secret of before, of more than thirty-two bytes";
        JwtDecoder decoder = sharedSecret(Map.of("jwt-secret-previous", previous));
        String old = Tokens.sign(
                SigningKey.of(settings(Map.of("jwt-secret", previous)), false), "old", "s", "", Duration.ofMinutes(1));
        String third = Tokens.sign(
                SigningKey.of(settings(Map.of("jwt-secret", previous + "!")), false),
                "third",
                "s",
                "",
                Duration.ofMinutes(1));
        assertThat(decoder.decode(token(Duration.ofMinutes(1))).getSubject()).isEqualTo("x");
        assertThat(decoder.decode(old).getSubject()).isEqualTo("old");
        assertThatThrownBy(() -> decoder.decode(third)).isInstanceOf(BadJwtException.class);
        assertThatThrownBy(() -> sharedSecret(Map.of()).decode(old)).isInstanceOf(BadJwtException.class);
    }

    @Test
    void aWeakPreviousSecretPreventsTheStart() {
        assertThatThrownBy(() -> sharedSecret(Map.of("jwt-secret-previous", "short")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("JWT_SECRET_PREVIOUS is too short");
    }

    @Test
    void aTokenThatNeverExpires_orIsNotValidYet_isRefused() throws Exception {
        Instant now = Instant.now();
        JWTClaimsSet forEver = new JWTClaimsSet.Builder().subject("x").build();
        JWTClaimsSet later = new JWTClaimsSet.Builder()
                .subject("x")
                .notBeforeTime(Date.from(now.plusSeconds(60)))
                .expirationTime(Date.from(now.plusSeconds(120)))
                .build();
        for (JWTClaimsSet claims : List.of(forEver, later)) {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(SECRET));
            assertThatThrownBy(() -> sharedSecret(Map.of()).decode(token.serialize()))
                    .isInstanceOf(BadJwtException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt", "application/jwt"})
    void aTokenOfAnyFormOfItsTypeIsAccepted(String type) throws Exception {
        assertThat(sharedSecret(Map.of()).decode(typed(type)).getSubject()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "logout+jwt", "application/secevent+jwt", "application/", "text/at+jwt", "dpop+jwt", "JOSE"})
    void aTokenOfAnotherTypeIsRefused(String type) {
        assertThatThrownBy(() -> sharedSecret(Map.of()).decode(typed(type))).isInstanceOf(BadJwtException.class);
    }

    private static String typed(String type) throws Exception {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType(type))
                        .build(),
                claims("x"));
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }

    @Test
    void aTokenWithoutASubjectIsRefused() throws Exception {
        for (String subject : Arrays.asList(null, "", " ", "x".repeat(256), "x\0")) {
            String token = signed(
                    new JWSHeader(JWSAlgorithm.HS256),
                    new JWTClaimsSet.Builder(claims("x")).subject(subject).build());
            assertThatThrownBy(() -> sharedSecret(Map.of()).decode(token))
                    .as("sub %s", subject)
                    .isInstanceOf(BadJwtException.class);
        }
    }

    @Test
    void aTokenWhoseScopesAreNoTextsIsRefused() throws Exception {
        for (Object scopes : List.of(5, true, List.of("events:write", 5), List.of(List.of("a")), Map.of("a", "b"))) {
            for (String claim : List.of("scope", "scp")) {
                String token = signed(
                        new JWSHeader(JWSAlgorithm.HS256),
                        new JWTClaimsSet.Builder(claims("x"))
                                .claim(claim, scopes)
                                .build());
                assertThatThrownBy(() -> sharedSecret(Map.of()).decode(token))
                        .as("%s %s", claim, scopes)
                        .isInstanceOf(BadJwtException.class);
            }
        }
        String list = signed(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder(claims("x"))
                        .claim("scope", null)
                        .claim("scp", List.of("events:write", "events:read"))
                        .build());
        assertThat(sharedSecret(Map.of()).decode(list)).isNotNull();
    }

    @Test
    void missingChecksOfAnIssuersTokensAreLoggedAtTheStart(CapturedOutput output) {
        // A gateway of another test may have set a higher level.
        LoggingSystem.get(getClass().getClassLoader())
                .setLogLevel("io.github.eventgateway.server.security", LogLevel.WARN);
        issuersKeys(Map.of("jwt-secret", "", "jwk-set-uri", "https://issuer/keys"));
        assertThat(output).contains("JWT_AUDIENCE is not set").contains("JWT_ISSUER_URI is not set");
    }

    @Test
    void withAllChecksNothingIsLogged(CapturedOutput output) {
        issuersKeys(Map.of("jwt-secret", "", "issuer-uri", "https://issuer", "audience", "gateway"));
        sharedSecret(Map.of());
        assertThat(output).doesNotContain("is not set");
    }

    @Test
    void clocksMayNotBeFarApart() {
        assertThatThrownBy(() -> settings(Map.of("clock-skew", "6m")))
                .hasRootCauseInstanceOf(StartupException.class)
                .rootCause()
                .hasMessageContaining("write a duration from 0s to 5m");
    }

    private static JwtDecoder issuersKeys(Map<String, String> more) {
        SecuritySettings settings = settings(more);
        return TokenVerification.issuersKeys(settings, new IssuerKeys(settings, System::nanoTime));
    }

    private static JwtDecoder sharedSecret(Map<String, String> more) {
        SecuritySettings settings = settings(more);
        return TokenVerification.sharedSecret(settings, SigningKey.toVerify(settings, false));
    }

    private static String token(Duration ttl) {
        return Tokens.sign(key(), "x", "events:write", "", ttl);
    }

    private static SigningKey key() {
        return SigningKey.of(settings(Map.of()), false);
    }

    private static SecuritySettings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>();
        all.put("s.jwt-secret", SECRET);
        more.forEach((name, value) -> all.put("s." + name, value));
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("s", SecuritySettings.class)
                .get();
    }
}
