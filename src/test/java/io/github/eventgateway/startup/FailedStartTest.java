package io.github.eventgateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.GatewayApplication;
import io.github.eventgateway.testing.Certificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A failed start prints one line on standard error. Cases that depend on the exit code, the folder, variables or
 * threads run in their own process; the others run in this one, which is faster.
 */
class FailedStartTest {

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void copyTheDistribution() throws IOException {
        Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file));
            }
        }
        variables.put("HTTP_PORT", "0");
        variables.put("MANAGEMENT_PORT", "0");
        variables.put("KAFKA_EMBEDDED_PORT", "0");
    }

    @Test
    void givenNoApplicationYaml() throws Exception {
        Files.delete(folder.resolve("application.yaml"));
        processFailsWith("There is no application.yaml in " + folder, "--spring.config.location");
    }

    @Test
    void givenABrokenApplicationYaml() throws Exception {
        Files.writeString(folder.resolve("application.yaml"), "gateway: [\n");
        failsWith("application.yaml, line 2", "is not valid YAML");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:x;PASSWORD=secret",
                "jdbc:mysql://db/events?password=secret",
                "jdbc:mysql://(host=db,password=secret)/events",
                "host=db password=secret",
                "jdbc:postgresql://db:port/events?password=secret",
                "events"
            })
    void givenADatabaseOfAnotherKind(String url) throws Exception {
        variables.put("DATABASE_URL", url);
        String shown = url.replaceFirst("[;?(=].*", "");
        failsWith(
                url.contains(" ") ? "DATABASE_URL contains white space" : "DATABASE_URL is '" + shown + "': ",
                "write jdbc:postgresql://host:5432/name, or leave it empty for the embedded database");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://gateway:secret@db:5432/events",
                "jdbc:postgresql://gateway:secret@db/events?ssl=true",
                "jdbc:postgresql://gateway:12/secret@db:5432/events",
                "jdbc:postgresql://gateway:12?secret@db:5432/events",
                "postgres://u:se/secret@db/events",
                "postgres://u:p?secret@db/events",
                "jdbc:mysql://root:secret@db/events",
                "jdbc:oracle:thin:scott/secret@db:1521:events",
                "jdbc:postgresql://db/events/secret ",
                "jdbc:postgresql://db/secret\n?ssl=true",
                " jdbc:postgresql://db/secret",
                "jdbc:postgresql://db/events?password=secret\n"
            })
    void givenADatabaseUrlWithAnAccountOrWhiteSpace_thenTheMessageShowsNothingOfIt(String url) throws Exception {
        variables.put("DATABASE_URL", url);
        failsWith(
                url.contains("@") ? "set DATABASE_USER and DATABASE_PASSWORD" : "DATABASE_URL contains white space",
                "write jdbc:postgresql://host:5432/name");
    }

    @Test
    void givenNoRoutes() throws Exception {
        Files.move(folder.resolve("routes"), folder.resolve("elsewhere"));
        failsWith("The folder " + folder.resolve("routes") + " with the routes is missing");
    }

    @Test
    void givenARoutesFileThatIsNotYaml() throws Exception {
        Files.writeString(folder.resolve("routes/broken.camel.yaml"), "- route:\n    id: x\n   from: [\n");
        failsWithFindings(1, "routes/broken.camel.yaml:3:4: is not valid YAML");
    }

    @Test
    void givenAPlaceholderWithoutAValue() throws Exception {
        Files.writeString(folder.resolve("routes/broken.camel.yaml"), """
                - route:
                    id: asks-for-more
                    from:
                      uri: direct:asks-for-more
                      steps:
                        - log:
                            message: "{{no.such.key}}"
                """);
        failsWithFindings(
                3,
                "routes/broken.camel.yaml:7:25: the placeholder {{no.such.key}} has no value in application.yaml"
                        + " [placeholders]\n                message: \"{{no.such.key}}\"\n                            ^");
    }

    @Test
    void givenARestVerbWithoutSecurity() throws Exception {
        Files.writeString(folder.resolve("routes/open.camel.yaml"), """
                - rest:
                    path: /api/open
                    get:
                      - id: open
                        to:
                          uri: direct:open
                - route:
                    id: open
                    from:
                      uri: direct:open
                      steps:
                        - log:
                            message: open
                """);
        failsWithFindings(3, "routes/open.camel.yaml:4:9: the REST verb get /api/open has no security");
    }

    @Test
    void givenATypeWithoutASchema() throws Exception {
        Files.delete(folder.resolve("routes/schemas/user_login.schema.json"));
        failsWithFindings(
                1,
                "application.yaml:",
                "the event type user_login has no schema",
                "routes/schemas/user_login.schema.json");
    }

    @Test
    void givenAValueOfTheWrongKind() throws Exception {
        variables.put("KAFKA_TOPIC_PARTITIONS", "many");
        failsWith("gateway.kafka.topics.partitions is 'many'", "application.yaml", "write a whole number");
    }

    @Test
    void givenAPortThatIsNotANumber() throws Exception {
        variables.put("HTTP_PORT", "abc");
        processFailsWith("HTTP_PORT is 'abc', which is invalid: write a whole number");
    }

    @Test
    void givenAnUnknownLogFormat() throws Exception {
        variables.put("LOG_FORMAT", "xml");
        failsWith("LOG_FORMAT is 'xml': write one of ecs, gelf, json, logstash, text");
    }

    @Test
    void givenSettingsThatAreRenamed() throws Exception {
        variables.put("GATEWAY_ALERT_REDELIVERYDELAYMS", "20");
        Files.writeString(
                folder.resolve("application.yaml"),
                Files.readString(folder.resolve("application.yaml"))
                        .replace("\n  alert:\n", "\n  alert:\n    redeliveries: 1\n"));
        processFailsWith(
                "Settings have new names. Rename them: gateway.alert.redeliveries is now gateway.handle.redeliveries,"
                        + " gateway.alert.redelivery-delay-ms is now gateway.handle.redelivery-delay-ms");
    }

    @ParameterizedTest
    @CsvSource({
        "audit anchors, 'audit anchors', is not a valid topic name",
        "user_events, user_events, is a topic of user_events",
        "user.events, user.events, is a topic of user_events",
        "system_logs.dlq, system_logs.dlq, is a topic of system_logs"
    })
    void givenATopicForAnchorsThatCannotBeUsed(String topic, String shown, String wrong) throws Exception {
        variables.put("AUDIT_ANCHOR_TOPIC", topic);
        failsWithFindings(1, "application.yaml:", "the topic of the audit anchors", shown, wrong);
    }

    @Test
    void givenATopicForAnchorsThatCannotBeUsed_andChecksSwitchedOff() throws Exception {
        variables.put("AUDIT_ANCHOR_TOPIC", "user.events");
        variables.put("GATEWAY_CHECK_ROUTES", "false");
        processFailsWith("AUDIT_ANCHOR_TOPIC is user.events, which is a topic of user_events");
    }

    @Test
    void givenAWeakSecret() throws Exception {
        variables.put("JWT_SECRET", "short");
        failsWith("JWT_SECRET is too short for HS256 (5 bytes): write 32 bytes or more");
    }

    @Test
    void givenFilesOfHttpsThatAreMissingOrWrong() throws Exception {
        Certificate one = Certificate.make(folder, "one");
        Certificate other = Certificate.make(folder, "other");
        Path certificate = Files.writeString(folder.resolve("certificate.pem"), one.certificatePem());
        Path key = Files.writeString(folder.resolve("key.pem"), other.keyPem());

        variables.put("HTTP_TLS_CERTIFICATE_FILE", certificate.toString());
        failsWith("HTTP_TLS_CERTIFICATE_FILE is set and HTTP_TLS_KEY_FILE is not");
        variables.put("HTTP_TLS_KEY_FILE", folder.resolve("nowhere.pem").toString());
        failsWith("HTTP_TLS_KEY_FILE names " + folder.resolve("nowhere.pem") + ", which does not exist");
        variables.put("HTTP_TLS_KEY_FILE", folder.resolve("application.yaml").toString());
        failsWith("HTTP_TLS_KEY_FILE names", "BEGIN PRIVATE KEY");
        variables.put("HTTP_TLS_KEY_FILE", key.toString());
        failsWith("The certificate in " + certificate + " does not match the key in " + key);
    }

    @Test
    void givenAProxyThatIsNotAnAddress() throws Exception {
        variables.put("HTTP_TRUSTED_PROXIES", "10.0.0.1,proxy");
        failsWith("HTTP_TRUSTED_PROXIES names 'proxy': write IP addresses or networks");
    }

    @Test
    void givenBrokersAndNoKey() throws Exception {
        variables.put("KAFKA_BROKERS", "127.0.0.1:1");
        failsWith("JWT_SECRET", "JWT_ISSUER_URI", "JWT_JWK_SET_URI");
    }

    @Test
    void givenTakenPorts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            for (String variable : List.of("MANAGEMENT_PORT", "KAFKA_EMBEDDED_PORT")) {
                String free = variables.put(variable, port);
                failsWith("Port " + port, "is in use", variable);
                variables.put(variable, free);
            }
            // The broker already runs, and its threads must not keep the process alive.
            variables.put("HTTP_PORT", port);
            processFailsWith("Port " + port, "is in use", "HTTP_PORT");
        }
    }

    @Test
    void givenADataFolderThatIsAFile() throws Exception {
        Files.writeString(folder.resolve("data"), "");
        failsWith("The data folder " + folder.resolve("data") + " cannot be written", "GATEWAY_DATA_DIRECTORY");
    }

    @Test
    void givenSeveralMistakes_thenAllAreReported() throws Exception {
        Path store = folder.resolve("routes/store-events.camel.yaml");
        Files.writeString(store, Files.readString(store).replace("ref: eventStore", "ref: eventStor"));
        Path query = folder.resolve("routes/query-events.camel.yaml");
        Files.writeString(query, Files.readString(query).replace("method: page\n", "method: pge\n"));
        assertFindings(
                errorsOfAProcess(), 2, "there is no bean eventStor; did you mean eventStore?", "did you mean page?");
    }

    @Test
    void givenMistakesAndChecksSwitchedOff_thenTheyAreOnlyLogged() throws Exception {
        Files.delete(folder.resolve("routes/schemas/user_login.schema.json"));
        variables.put("GATEWAY_CHECK_ROUTES", "false");
        failsWith("Event type 'user_login'", "routes/schemas/user_login.schema.json");
    }

    private void failsWithFindings(int findings, String... parts) {
        assertFindings(errors(), findings, parts);
    }

    private static void assertFindings(String errors, int findings, String... parts) {
        assertThat(errors)
                .startsWith("The gateway cannot start. " + findings + " finding")
                .contains(parts);
        assertThat(errors.lines().filter(line -> line.matches(".*\\[[a-z-]+]"))).hasSize(findings);
        assertThat(errors).hasLineCount(1 + 3 * findings);
    }

    private void failsWith(String... parts) {
        assertSentence(errors(), parts);
    }

    private void processFailsWith(String... parts) throws IOException, InterruptedException {
        assertSentence(errorsOfAProcess(), parts);
    }

    private static void assertSentence(String errors, String... parts) {
        assertThat(errors).doesNotContain("secret");
        assertThat(errors)
                .startsWith("The gateway cannot start. ")
                .contains(parts)
                .hasLineCount(1);
    }

    private String errorsOfAProcess() throws IOException, InterruptedException {
        Path errors = folder.resolve("errors.txt");
        Process process = StartedGateway.command(folder, variables)
                .redirectError(errors.toFile())
                .start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(log).doesNotContain("\tat ");
        return withoutTheJvm(Files.readString(errors));
    }

    /** From JDK 24 on the JVM itself warns about the use of memory by Kafka. */
    private static String withoutTheJvm(String errors) {
        return without("WARNING: ", errors);
    }

    /**
     * Returns the standard error of a start in this JVM, without the log, which tests also write there. Threads of earlier
     * tests may log while the log is set up again; the logging library then writes a line with a comma in its time.
     */
    private String errors() {
        Map<String, String> all = new HashMap<>(variables);
        all.put("spring.config.location", "file:" + folder.resolve("application.yaml"));
        all.put("camel.main.routes-include-pattern", "file:" + folder.resolve("routes") + "/*.camel.yaml");
        all.put(
                "gateway.events.schema-directory",
                folder.resolve("routes/schemas").toString());
        all.put("GATEWAY_DATA_DIRECTORY", folder.resolve("data").toString());
        all.put("LOG_LEVEL", "warn");
        String[] arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            assertThatThrownBy(() -> GatewayApplication.checked().run(arguments).close())
                    .isInstanceOf(RuntimeException.class);
        } finally {
            System.setErr(before);
        }
        String errors = written.toString(StandardCharsets.UTF_8);
        assertThat(errors).doesNotContain("\tat ");
        return without("\\d\\d:\\d\\d:\\d\\d[.,]\\d{3} ", errors);
    }

    private static String without(String start, String errors) {
        return errors.lines()
                .filter(line -> !line.matches(start + ".*"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
