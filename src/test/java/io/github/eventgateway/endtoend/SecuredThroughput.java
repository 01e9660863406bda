package io.github.eventgateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.eventgateway.GatewayApplication;
import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.SecuredBroker;
import io.github.eventgateway.testing.Token;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Measures the cost of the security of Kafka. It sends the real input through an open broker and through one with
 * SASL_SSL, SCRAM and permissions, in turns, each with its own gateway and database. It is not a test of the build;
 * {@code bench/secured} runs it.
 */
class SecuredThroughput {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Pattern SENT = Pattern.compile("(\\d+) events sent in ([\\d.]+) s");

    private final int events = Integer.getInteger("secured.events", 200_000);
    private final int rounds = Integer.getInteger("secured.rounds", 2);
    private final int warmUp = Integer.getInteger("secured.warm-up", 20_000);

    @TempDir
    private Path folder;

    /** @param sent acknowledged events per second @param whole stored events per second */
    private record Speed(double sent, double whole) {}

    private record Side(String name, int port, String brokers, List<String> options, JdbcTemplate database) {}

    @Test
    void theSameInput_throughAnOpenAndASecuredBroker() throws Exception {
        try (SecuredBroker secured = SecuredBroker.start();
                BrokerProcess open = BrokerProcess.start();
                EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            secured.permit(DocumentedAcls.of(DocumentedAcls.ALL));
            Map<String, String> settings = secured.settings(SecuredBroker.SCRAM);
            Path kcat = Files.writeString(folder.resolve("kcat.conf"), """
                    security.protocol=SASL_SSL
                    sasl.mechanisms=SCRAM-SHA-512
                    sasl.username=%s
                    sasl.password=%s
                    ssl.ca.location=%s
                    """.formatted(
                            SecuredBroker.USER, SecuredBroker.PASSWORD, settings.get("KAFKA_SSL_CA_FILE")));
            List<Process> gateways = new ArrayList<>();
            try {
                Side first = side("open", Map.of("KAFKA_BROKERS", open.brokers()), postgres, gateways, List.of());
                Side second = side("secured", settings, postgres, gateways, List.of("--kcat-config", kcat.toString()));
                compare(first, second);
            } finally {
                gateways.forEach(Process::destroyForcibly);
                for (Process gateway : gateways) {
                    gateway.waitFor();
                }
            }
        }
    }

    private void compare(Side open, Side secured) throws Exception {
        run(open, warmUp);
        run(secured, warmUp);
        List<Speed> ofOpen = new ArrayList<>();
        List<Speed> ofSecured = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ofOpen.add(run(open, events));
            ofSecured.add(run(secured, events));
        }
        System.out.printf(
                Locale.ROOT, "%n%d events, events/s:%n%-8s%12s%20s%n", events, "", "taken", "in the database");
        for (int round = 0; round < rounds; round++) {
            print("open", ofOpen.get(round));
            print("secured", ofSecured.get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "secured / open: taken %.2f, in the database %.2f%n",
                ofSecured.stream().mapToDouble(Speed::sent).sum()
                        / ofOpen.stream().mapToDouble(Speed::sent).sum(),
                ofSecured.stream().mapToDouble(Speed::whole).sum()
                        / ofOpen.stream().mapToDouble(Speed::whole).sum());
    }

    private static void print(String name, Speed speed) {
        System.out.printf(Locale.ROOT, "%-8s%12.0f%20.0f%n", name, speed.sent, speed.whole);
    }

    /** Sends the events, and counts them in the topics and in the database. The script fails if the counts differ. */
    private Speed run(Side side, int count) throws Exception {
        int before = rows(side);
        List<String> command = new ArrayList<>(List.of(
                "python3",
                "bench/real-input",
                "--token",
                Token.ofAllScopes(),
                "--events",
                String.valueOf(count),
                "--gateway",
                "http://127.0.0.1:" + side.port,
                "--brokers",
                side.brokers));
        command.addAll(side.options);
        System.out.println(side.name + ": " + count + " events");
        long started = System.nanoTime();
        Process script = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<Double> taken = CompletableFuture.supplyAsync(() -> sent(script));
        while (rows(side) < before + count && script.isAlive()) {
            Thread.sleep(200);
        }
        double whole = count / ((System.nanoTime() - started) / 1e9);
        assertThat(script.waitFor()).as("bench/real-input").isZero();
        return new Speed(taken.join(), whole);
    }

    private static double sent(Process script) {
        double rate = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println("  " + line);
                Matcher sent = SENT.matcher(line);
                if (sent.lookingAt()) {
                    rate = Double.parseDouble(sent.group(1)) / Double.parseDouble(sent.group(2));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return rate;
    }

    private static int rows(Side side) {
        Integer rows = side.database.queryForObject("SELECT count(*) FROM event", Integer.class);
        return rows == null ? 0 : rows;
    }

    private Side side(
            String name,
            Map<String, String> kafka,
            EmbeddedPostgres postgres,
            List<Process> gateways,
            List<String> options)
            throws IOException {
        JdbcTemplate root = new JdbcTemplate(postgres.getPostgresDatabase());
        root.execute("CREATE DATABASE " + name);
        Path home = Files.createDirectories(folder.resolve(name));
        Files.copy(Path.of("application.yaml"), home.resolve("application.yaml"));
        FileSystemUtils.copyRecursively(Path.of("routes"), home.resolve("routes"));
        int port = freePort();
        int management = freePort();
        Map<String, String> environment = new HashMap<>(kafka);
        environment.put("HTTP_PORT", String.valueOf(port));
        environment.put("MANAGEMENT_PORT", String.valueOf(management));
        environment.put("JWT_SECRET", Token.SECRET);
        environment.put("AUDIT_SECRET", Token.SECRET);
        environment.put("DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name);
        environment.put("DATABASE_USER", "postgres");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-cp",
                        classPath(),
                        GatewayApplication.class.getName())
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        command.environment().putAll(environment);
        Process gateway = command.start();
        gateways.add(gateway);
        await().atMost(START_LIMIT).until(() -> {
            assertThat(gateway.isAlive())
                    .as(() -> name + ": " + home.resolve("log"))
                    .isTrue();
            return isReady(management);
        });
        return new Side(
                name,
                port,
                kafka.get("KAFKA_BROKERS"),
                options,
                new JdbcTemplate(postgres.getDatabase("postgres", name)));
    }

    private static boolean isReady(int management) {
        try {
            URI health = URI.create("http://127.0.0.1:" + management + "/observe/health/ready");
            HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
