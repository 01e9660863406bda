package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.testing.Issuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** Tests which keys of an issuer are valid, when they are fetched, and the answers while the issuer is unavailable. */
class IssuerKeysTest {

    private static RSAKey rsa;
    private static RSAKey other;
    private static ECKey ec;

    private final Issuer issuer = Issuer.start();
    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private IssuerKeys keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        other = new RSAKeyGenerator(2048).keyID("other").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    }

    @BeforeEach
    void readLog() {
        log.start();
        logger().addAppender(log);
        logger().setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        logger().setLevel(null);
        logger().detachAppender(log);
        issuer.close();
    }

    @Test
    void keysOfBothKindsAreFoundByDiscovery_andFetchedOnce() throws Exception {
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
    void givenAnInvalidSignature_thenTheTokenIsAtFaultAndNotTheIssuer() throws Exception {
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
    void aNewKeyIsFetched_andUnknownKeysAreLimited() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> decoder.decode(token(other, JWSAlgorithm.RS256)))
                    .isInstanceOf(BadJwtException.class);
        }
        assertThat(issuer.fetches()).isEqualTo(2);

        issuer.publish(rsa, other);
        pass(Duration.ofSeconds(11));
        assertThat(decoder.decode(token(other, JWSAlgorithm.RS256)).getSubject())
                .isEqualTo("x");
        assertThat(issuer.fetches()).isEqualTo(3);
    }

    @Test
    void aWithdrawnKeyBecomesInvalid_alsoForARememberedToken() throws Exception {
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
    void givenAnUnavailableIssuer_thenKnownKeysAreValidForAnHour_andOthersCannotBeVerified() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        issuer.fail();
        pass(Duration.ofMinutes(59));
        assertThat(decoder.decode(token(rsa, JWSAlgorithm.RS256)).getSubject()).isEqualTo("x");
        assertUnjudged(decoder, token(other, JWSAlgorithm.RS256));
        assertUnjudged(decoder, token(other, JWSAlgorithm.RS256));

        pass(Duration.ofMinutes(2));
        assertUnjudged(decoder, token(rsa, JWSAlgorithm.RS256));

        issuer.publish(rsa);
        pass(Duration.ofSeconds(11));
        assertThat(decoder.decode(token(rsa, JWSAlgorithm.RS256)).getSubject()).isEqualTo("x");
    }

    @Test
    void givenTheDocumentOfAnotherIssuer_thenItsKeysAreNotAccepted() throws Exception {
        issuer.publish(rsa);
        assertUnjudged(decoder(Map.of("issuer-uri", issuer.uri() + "/tenant")), token(rsa, JWSAlgorithm.RS256));
    }

    @Test
    void givenAnUnavailableIssuer_thenManyUnknownKeysCostOneRequestAndOneLogLine() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        issuer.fail();
        pass(Duration.ofSeconds(11));
        for (int i = 0; i < 400; i++) {
            assertUnjudged(decoder, tokenOf(UUID.randomUUID().toString()));
        }
        assertThat(issuer.fetches()).isEqualTo(2);

        pass(Duration.ofSeconds(11));
        assertUnjudged(decoder, tokenOf("another"));
        assertThat(issuer.fetches()).isEqualTo(3);
        assertThat(log.list).hasSize(1).first().asString().contains("[WARN] The keys of the issuer cannot be fetched");

        issuer.publish(rsa);
        pass(Duration.ofSeconds(11));
        assertThatThrownBy(() -> decoder.decode(tokenOf("another"))).isInstanceOf(BadJwtException.class);
        assertThat(log.list).hasSize(2).last().asString().contains("The keys of the issuer can be fetched again");
    }

    @Test
    void givenAFrozenIssuerAndNoKeys_thenOneThreadWaits_andTheOthersAreToldToRetry() throws Exception {
        issuer.publish(rsa);
        issuer.freeze();
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        String token = token(rsa, JWSAlgorithm.RS256);
        CompletableFuture<String> first =
                CompletableFuture.supplyAsync(() -> decoder.decode(token).getSubject());
        await().until(() -> issuer.fetches() == 1);

        assertUnjudged(decoder, token);
        assertThat(first).isNotDone();
        assertThat(issuer.fetches()).isEqualTo(1);
        issuer.thaw();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("x");
    }

    @Test
    @Timeout(30)
    void givenAnIssuerThatSendsByteByByte_thenAFetchFailsInTime_andIsRepeatedOnlyAfterAPause() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        String token = token(rsa, JWSAlgorithm.RS256);
        decoder.decode(token);
        issuer.trickle();
        pass(Duration.ofSeconds(11));
        String unknown = tokenOf("unknown");
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> assertUnjudged(decoder, unknown));

        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        assertUnjudged(decoder, tokenOf("another"));
        assertThat(issuer.fetches()).isEqualTo(2);
        assertThat(decoder.decode(token).getSubject()).isEqualTo("x");
    }

    /** A stranger can send any number of unknown keys, and each waiting call holds a server thread. */
    @Test
    @Timeout(30)
    void givenAFrozenIssuer_thenFewCallsWaitForTheFetchOfAnother() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        decoder.decode(token(rsa, JWSAlgorithm.RS256));
        issuer.freeze();
        pass(Duration.ofSeconds(11));
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tokens.add(tokenOf("unknown" + i));
        }
        AtomicInteger refusedAtOnce = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(tokens.size());
        try {
            tokens.forEach(token -> callers.execute(() -> {
                JwtException failure = catchThrowableOfType(JwtException.class, () -> decoder.decode(token));
                if (failure.getMessage().contains("already wait")) {
                    refusedAtOnce.incrementAndGet();
                }
            }));
            await().untilAtomic(refusedAtOnce, greaterThan(0));
            assertThat(issuer.fetches()).isLessThanOrEqualTo(2);
        } finally {
            issuer.thaw();
            callers.shutdownNow();
        }
    }

    @Test
    void givenAFrozenIssuer_thenKnownKeysAreValidWithoutAWait() throws Exception {
        issuer.publish(rsa);
        JwtDecoder decoder = decoder(Map.of("jwk-set-uri", issuer.keysUri()));
        String token = token(rsa, JWSAlgorithm.RS256);
        decoder.decode(token);
        issuer.freeze();
        pass(Duration.ofMinutes(2));
        assertThat(decoder.decode(token).getSubject()).isEqualTo("x");
        await().until(() -> issuer.fetches() == 2);
        assertThat(decoder.decode(token).getSubject()).isEqualTo("x");
    }

    @Test
    void givenAnIssuerThatNeverAnswered_thenItIsAskedAgainLater() throws Exception {
        issuer.fail();
        JwtDecoder decoder = decoder(Map.of("issuer-uri", issuer.uri()));
        String token = token(rsa, JWSAlgorithm.RS256);
        assertUnjudged(decoder, token);
        assertUnjudged(decoder, token);
        assertThat(issuer.fetches()).isEqualTo(1);

        issuer.publish(rsa);
        pass(Duration.ofSeconds(11));
        assertThat(decoder.decode(token).getSubject()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({"0s, 10s, 1h", "2h, 10s, 1h", "1m, 2h, 1h", "1m, -1s, 1h"})
    void contradictoryTimesPreventTheStart(String refresh, String retryAfter, String keptFor) {
        Map<String, String> settings = Map.of(
                "jwk-set-uri",
                issuer.keysUri(),
                "jwk-refresh",
                refresh,
                "jwk-retry-after",
                retryAfter,
                "jwk-kept-for",
                keptFor);
        assertThatThrownBy(() -> decoder(settings))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("jwk-refresh");
    }

    private static void assertUnjudged(JwtDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token))
                .isInstanceOf(JwtException.class)
                .isNotInstanceOf(BadJwtException.class);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(IssuerKeys.class);
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

    private String tokenOf(String keyId) throws Exception {
        return token(ec, JWSAlgorithm.ES256, keyId);
    }

    private String token(JWK key, JWSAlgorithm algorithm) throws Exception {
        return token(key, algorithm, key.getKeyID());
    }

    private String token(JWK key, JWSAlgorithm algorithm, String keyId) throws Exception {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims());
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
