package io.github.eventgateway.faults;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.eventgateway.testing.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** A gateway in its own JVM and folder, with application.yaml and routes, configured by environment variables. */
final class GatewayProcess implements AutoCloseable {

    private static final String SECRET = "the-fault-suite-signs-its-tokens-with-this";
    /** The time of a start on a busy machine has no promised limit. */
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final Path folder;
    private final int port = ChildProcess.freePort();
    private final int managementPort = ChildProcess.freePort();
    private final Map<String, String> environment;
    private final List<String> arguments;
    private final GatewayChange change;
    private Build build;
    private ChildProcess process;

    /**
     * Prepares a gateway.
     *
     * @param environment further environment variables, which override ports and keys
     * @param settings settings of application.yaml, by their full names
     */
    GatewayProcess(Build build, Map<String, String> environment, Map<String, String> settings, GatewayChange change) {
        this.environment = new TreeMap<>(environment);
        this.environment.put("HTTP_PORT", String.valueOf(port));
        this.environment.put("MANAGEMENT_PORT", String.valueOf(managementPort));
        this.environment.putIfAbsent("JWT_SECRET", SECRET);
        this.environment.putIfAbsent("AUDIT_SECRET", SECRET);
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(change.settings());
        // A gateway with unsafe routes would not start otherwise.
        all.put("gateway.check-routes", String.valueOf(change.file() == null));
        this.arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toList();
        try {
            folder = Files.createTempDirectory("gateway-process");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.change = change;
        become(build);
    }

    /**
     * Sets the build for the next {@link #launch}, with its own application.yaml and routes, on the same data folder.
     */
    final void become(Build next) {
        build = next;
        try {
            Path routes = folder.resolve("routes");
            FileSystemUtils.deleteRecursively(routes);
            Files.copy(
                    next.files().resolve("application.yaml"),
                    folder.resolve("application.yaml"),
                    StandardCopyOption.REPLACE_EXISTING);
            FileSystemUtils.copyRecursively(next.files().resolve("routes"), routes);
            change.apply(routes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Build build() {
        return build;
    }

    /** Returns a valid token with all scopes. */
    static String token() {
        return token("fault-suite");
    }

    /** Returns a valid token of this subject with all scopes. */
    static String token(String subject) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(subject)
                .claim("scope", "events:write events:read events:export dead-letters:write kafka:test audit:read")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofDays(7))))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /** Returns the address of a call. */
    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    String output() {
        return process.output();
    }

    /** Starts it after {@link #kill} or for the first time; returns at once. */
    void launch() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(build.start());
        command.addAll(arguments);
        command.addAll(build.settings());
        change.beforeStart(folder);
        process = ChildProcess.start(command, folder, environment);
    }

    /** Waits until it accepts events. */
    void awaitReady() {
        Awaitility.await("gateway")
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("The gateway ended: " + process.output());
                    }
                    return isReady();
                });
    }

    private boolean isReady() {
        try {
            URI health = URI.create("http://127.0.0.1:" + managementPort + "/observe/health/ready");
            HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the sum of a metric since the start. */
    double metric(String name) {
        URI metrics = URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics");
        try (InputStream text = metrics.toURL().openStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the number of its threads, files and connections. */
    long resources() {
        return process.threads() + process.openFiles();
    }

    void freeze() {
        process.freeze();
    }

    void thaw() {
        process.thaw();
    }

    void kill() {
        process.kill();
    }

    /** Sends SIGTERM; returns whether it ended in this time. */
    boolean terminate(Duration limit) {
        return process.terminate(limit);
    }

    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
