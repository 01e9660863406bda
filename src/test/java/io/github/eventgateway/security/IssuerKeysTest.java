package io.github.eventgateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.eventgateway.testing.Issuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** The keys of an issuer: which count, when they are asked for, and what a token meets while the issuer is away. */
class IssuerKeysTest {

    private static RSAKey rsa;
    private static RSAKey other;
    private static ECKey ec;

    private final Issuer issuer = Issuer.start();
    private final AtomicLong nanos = new AtomicLong();
    private IssuerKeys keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        other = new RSAKeyGenerator(2048).keyID("other").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void keysOfBothKindsAreFoundByDiscovery_andAskedForOnce() throws Exception {
        issuer.publish(rsa, ec);
        JwtDecoder decoder = decoder(Map.of("issuer-uri", issuer.uri()));
        assertThat(decoder.decode(token(rsa, JWSAlgorithm.RS256)).getSubject()).isEqualTo("x");
        assertThat(decoder.decode(token(ec, JWSAlgorithm.ES256)).getSubject()).isEqualTo("x");
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void givenATokenSignedByHs256WithThePublicKey_thenItIsRefused() throws Exception {
        issuer.publish(rsa, ec);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        for (byte[] secret : new byte[][] {
            rsa.toRSAPublicKey().getEncoded(), rsa.toPublicJWK().toString().getBytes()
        }) {
            SignedJWT swapped = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(), claims());
            swapped.sign(new MACSigner(secret));
            assertThatThrownBy(() -> decoder.decode(swapped.serialize())).isInstanceOf(BadJwtException.class);
        }
    }

    @Test
    void givenASignatureOfRubbish_thenTheTokenIsAtFaultAndNotTheIssuer() throws Exception {
        issuer.publish(rsa, ec);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        for (String good : new String[] {token(rsa, JWSAlgorithm.RS256), token(ec, JWSAlgorithm.ES256)}) {
            String body = good.substring(0, good.lastIndexOf('.') + 1);
            for (String signature : new String[] {"AAAA", "A".repeat(86), "_".repeat(342)}) {
                assertThatThrownBy(() -> decoder.decode(body + signature)).isInstanceOf(BadJwtException.class);
            }
        }
    }

    @Test
    void aNewKeyIsAskedFor_butNotAgainAndAgainForKeysThatNobodyHas() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> decoder.decode(token(other, JWSAlgorithm.RS256)))
                    .isInstanceOf(BadJwtException.class);
        }
        assertThat(issuer.fetches()).isEqualTo(1);

        issuer.publish(rsa, other);
        pass(Duration.ofSeconds(11));
        assertThat(decoder.decode(token(other, JWSAlgorithm.RS256)).getSubject())
                .isEqualTo("x");
        assertThat(issuer.fetches()).isEqualTo(2);
    }

    @Test
    void aKeyThatIsWithdrawnStopsCounting_alsoForATokenThatIsRemembered() throws Exception {
        issuer.publish(rsa, ec);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        VerifiedTokens tokens = new VerifiedTokens(decoder, 10, Duration.ofMinutes(5), Clock.systemUTC());
        keys.onChange(tokens::forget);
        String token = token(rsa, JWSAlgorithm.RS256);
        tokens.decode(token);
        keys.refreshIfDue();
        assertThat(issuer.fetches()).isEqualTo(1);

        issuer.publish(ec);
        assertThat(tokens.decode(token).getSubject()).isEqualTo("x");
        pass(Duration.ofSeconds(61));
        keys.refreshIfDue();

        await().untilAsserted(
                        () -> assertThatThrownBy(() -> tokens.decode(token)).isInstanceOf(BadJwtException.class));
    }

    @Test
    void givenAnIssuerThatIsAway_thenKnownKeysCountForAnHour_andNothingElseCanBeJudged() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        issuer.fail();
        pass(Duration.ofMinutes(59));
        assertThat(decoder.decode(token(rsa, JWSAlgorithm.RS256)).getSubject()).isEqualTo("x");
        assertUnjudged(decoder, token(other, JWSAlgorithm.RS256));
        assertUnjudged(decoder, token(other, JWSAlgorithm.RS256));
        assertThat(issuer.fetches()).isEqualTo(2);

        pass(Duration.ofMinutes(2));
        assertUnjudged(decoder, token(rsa, JWSAlgorithm.RS256));

        issuer.publish(rsa);
        pass(Duration.ofSeconds(11));
        assertThat(decoder.decode(token(rsa, JWSAlgorithm.RS256)).getSubject()).isEqualTo("x");
    }

    @Test
    void givenAnIssuerThatSpeaksOfAnother_thenItsKeysAreNotTaken() throws Exception {
        issuer.publish(rsa);
        assertUnjudged(decoder(Map.of("issuer-uri", issuer.uri() + "/tenant")), token(rsa, JWSAlgorithm.RS256));
    }

    private static void assertUnjudged(JwtDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token))
                .isInstanceOf(JwtException.class)
                .isNotInstanceOf(BadJwtException.class);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private JwtDecoder decoder(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((name, value) -> all.put("s." + name, value));
        SecuritySettings bound = new Binder(new MapConfigurationPropertySource(all))
                .bind("s", SecuritySettings.class)
                .get();
        keys = new IssuerKeys(bound, nanos::get);
        return TokenVerification.issuersKeys(bound, keys);
    }

    private String token(JWK key, JWSAlgorithm algorithm) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims());
        JWSSigner signer = key instanceof RSAKey one ? new RSASSASigner(one) : new ECDSASigner((ECKey) key);
        token.sign(signer);
        return token.serialize();
    }

    private JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .subject("x")
                .issuer(issuer.uri())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
    }
}
