package io.github.eventgateway.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine;

class TokenCommandTest {

    private static final String SECRET = "a secret of more than thirty-two bytes";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void itPrintsATokenOfTheSecretAndNothingElse() throws Exception {
        int exit = run(
                Map.of("JWT_SECRET", SECRET),
                "--scope",
                "events:write events:read",
                "--ttl",
                "30d",
                "--subject",
                "billing");

        assertThat(exit).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
        JWTClaimsSet claims = SignedJWT.parse(printed.trim()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("billing");
        assertThat(claims.getStringClaim("scope")).isEqualTo("events:write events:read");
        assertThat(claims.getExpirationTime().toInstant())
                .isBetween(
                        Instant.now().plus(30, ChronoUnit.DAYS).minusSeconds(60),
                        Instant.now().plus(30, ChronoUnit.DAYS));
    }

    @Test
    void givenTheEmbeddedDefaults_thenItCreatesTheKeyOnceForItsOwnerOnly() throws Exception {
        assertThat(run(Map.of(), "--scope", "events:read")).isZero();
        Path key = folder.resolve("signing.key");
        String first = Files.readString(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(run(Map.of(), "--scope", "events:read")).isZero();
        assertThat(Files.readString(key)).isEqualTo(first);
        assertThat(folder.toFile().list()).containsExactly("signing.key");
    }

    @Test
    void givenBrokersAndNoKey_thenItSaysWhichVariablesToSet() {
        assertThat(run(Map.of("KAFKA_BROKERS", "broker:9092"), "--scope", "events:read"))
                .isEqualTo(1);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("JWT_SECRET", "JWT_ISSUER_URI", "JWT_JWK_SET_URI")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void givenAWeakSecret_thenItSaysHowLongItMustBe() {
        assertThat(run(Map.of("JWT_SECRET", "short"), "--scope", "events:read")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("32 bytes").doesNotContain("short\"");
    }

    @Test
    void givenAnIssuer_thenItHasNoKeyToSignWith() {
        assertThat(run(Map.of("JWT_ISSUER_URI", "https://issuer"), "--scope", "events:read"))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("issuer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--scope",
                "--ttl 1h",
                "--scope events:read --ttl 3w",
                "--scope events:read --ttl 0d",
                "--scope events:read --what b",
                "events:write"
            })
    void givenWrongArguments_thenItShowsItsUsageAndEndsWithTwo(String line) {
        assertThat(run(Map.of("JWT_SECRET", SECRET), line.isEmpty() ? new String[0] : line.split(" ")))
                .isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Usage:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bogus", "events:write bogus", "events:write:", "events:write:a*b", "Events:Write", "events:reed"
            })
    void givenAnUnknownScope_thenItNamesTheKnownScopes(String scope) {
        assertThat(run(Map.of("JWT_SECRET", SECRET), "--scope", scope)).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("--scope has unknown scopes: ")
                .contains(
                        "The scopes are events:write, events:read, events:export, dead-letters:write, kafka:test, audit:read, data:erase")
                .contains("events:write:<prefix>*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"events:write:user_login", "events:write:user_*", "events:write:* audit:read"})
    void givenAScopeForSomeTypes_thenItIsAccepted(String scope) throws Exception {
        assertThat(run(Map.of("JWT_SECRET", SECRET), "--scope", scope)).isZero();
        String printed = out.toString(StandardCharsets.UTF_8).trim();
        assertThat(SignedJWT.parse(printed).getJWTClaimsSet().getStringClaim("scope"))
                .isEqualTo(scope);
    }

    @Test
    void aScopeThatARouteDemands_isKnown() throws Exception {
        Files.writeString(folder.resolve("own.camel.yaml"), """
                - rest:
                    get:
                      - security:
                          - key: bearer
                            scopes: "orders:read, orders:write"
                """);

        assertThat(Scopes.unknown("orders:write events:read orders:delete", folder))
                .containsExactly("orders:delete");
    }

    private int run(Map<String, String> variables, String... arguments) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("GATEWAY_DATA_DIRECTORY", folder.toString());
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("variables", all));
        return new CommandLine(new TokenCommand(environment))
                .setOut(print(out))
                .setErr(print(err))
                .execute(arguments);
    }

    private static PrintWriter print(ByteArrayOutputStream to) {
        return new PrintWriter(to, true, StandardCharsets.UTF_8);
    }
}
