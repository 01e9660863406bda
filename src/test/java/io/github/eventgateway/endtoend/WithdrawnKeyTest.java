package io.github.eventgateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Issuer;
import io.github.eventgateway.testing.Listener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An issuer withdraws a key while a stream is open whose token has this key. */
class WithdrawnKeyTest {

    private static final Duration END = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    @Test
    void aStreamEndsWhenTheKeyOfItsTokenIsWithdrawn_andOthersContinue() throws Exception {
        ECKey stolen = new ECKeyGenerator(Curve.P_256).keyID("stolen").generate();
        ECKey good = new ECKeyGenerator(Curve.P_256).keyID("good").generate();
        try (Issuer issuer = Issuer.start()) {
            issuer.publish(stolen, good);
            Map<String, String> settings = Map.of(
                    "JWT_SECRET", "",
                    "JWT_JWK_SET_URI", issuer.keysUri(),
                    "gateway.security.jwk-refresh", "1s",
                    "gateway.security.jwk-retry-after", "0s",
                    "gateway.query.stream.heartbeat", "500ms");
            try (Gateway gateway = Gateway.start(data, settings);
                    Listener thief = listener(gateway, stolen);
                    Listener honest = listener(gateway, good)) {
                assertThat(thief.status()).isEqualTo(200);

                issuer.publish(good);

                await().atMost(END).until(() -> thief.end() != null);
                Listener.Message last = thief.messages().get(thief.messages().size() - 1);
                assertThat(last.event()).isEqualTo("end");
                assertThat(last.data()).contains("\"UNAUTHENTICATED\"");
                int before = honest.messages().size();
                await().until(() -> honest.messages().size() > before);
                assertThat(honest.end()).isNull();
            }
        }
    }

    private static Listener listener(Gateway gateway, ECKey key) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(key.getKeyID())
                .claim("scope", "events:read")
                .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(key));
        return gateway.call("GET", StreamingEvents.STREAM)
                .token(token.serialize())
                .listen();
    }
}
