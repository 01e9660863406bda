package io.github.eventgateway.bench;

import io.github.eventgateway.testing.ChildProcess;
import io.github.eventgateway.testing.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged gateway with 512 MiB of heap, as in production. In addition to its own routes it has the route with the
 * constant.
 */
final class GatewayJar implements AutoCloseable {

    /** This build with the files of this folder. */
    static final Build THIS =
            new Build("this", Path.of(System.getProperty("speed.jar", "target/event-gateway.jar")), Path.of(""));

    private final Path folder;
    private final int port = ChildProcess.freePort();
    private final int managementPort = ChildProcess.freePort();
    private final ChildProcess process;

    /**
     * A build of the gateway.
     *
     * @param name what the report calls it
     * @param jar its jar
     * @param files the folder of its application.yaml and routes
     */
    record Build(String name, Path jar, Path files) {}

    /** Starts this build with these roles, or with all roles if there are none; returns at once. */
    GatewayJar(Options options, String roles, Map<String, String> environment, String... settings) {
        this(THIS, options, roles, environment, settings);
    }

    GatewayJar(Build build, Options options, String roles, Map<String, String> environment, String... settings) {
        this(build, options, "-Xmx512m", roles, environment, settings);
    }

    GatewayJar(
            Build build,
            Options options,
            String heap,
            String roles,
            Map<String, String> environment,
            String... settings) {
        Map<String, String> all = new TreeMap<>(environment);
        if (!roles.isEmpty()) {
            all.put("GATEWAY_ROLES", roles);
        }
        all.put("HTTP_PORT", String.valueOf(port));
        all.put("MANAGEMENT_PORT", String.valueOf(managementPort));
        all.put("JWT_SECRET", Token.SECRET);
        all.put("AUDIT_SECRET", Token.SECRET);
        all.put("LOG_LEVEL", "warn");
        // One of the targets has no token.
        all.put("RATE_LIMIT_STRANGER", "0");
        List<String> command =
                new ArrayList<>(List.of(options.java().resolve("bin/java").toString(), heap));
        if (!options.profile().isEmpty()) {
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + options.profile() + "/"
                    + roles.replace(',', '-') + "-" + port + ".jfr");
        }
        command.addAll(List.of("-jar", build.jar().toAbsolutePath().toString()));
        command.add("--camel.main.routes-include-pattern=file:routes/*.camel.yaml,file:"
                + Path.of("bench/constant.camel.yaml").toAbsolutePath());
        // The constant has no route meters, like the routes of events.
        command.add("--camel.metrics.route-policy-exclude-pattern=post-*,publish-*,send-event,answer-constant");
        command.addAll(List.of(settings));
        try {
            folder = Files.createTempDirectory("gateway-jar");
            Files.copy(build.files().resolve("application.yaml"), folder.resolve("application.yaml"));
            FileSystemUtils.copyRecursively(build.files().resolve("routes"), folder.resolve("routes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ChildProcess.start(command, folder, all);
    }

    GatewayJar awaitReady() {
        Awaitility.await("gateway")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("The gateway ended: " + process.output());
                    }
                    return isReady();
                });
        return this;
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

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Returns the file of the embedded database in the folder of the gateway. */
    Path embeddedFile() {
        Path sqlite = folder.resolve("data/events.db");
        return (Files.exists(sqlite) ? sqlite : folder.resolve("data/events.mv.db")).toAbsolutePath();
    }

    long pid() {
        return process.pid();
    }

    /** Returns its memory in MiB: VmRSS for the present size, VmHWM for the maximum. */
    long memory(String which) {
        return read("status")
                        .lines()
                        .filter(line -> line.startsWith(which))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024;
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(process.output(), e);
        }
    }

    /** Stops it; its folder remains. */
    void stop() {
        if (!process.terminate(Duration.ofSeconds(40))) {
            process.kill();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
