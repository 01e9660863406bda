package io.github.eventgateway.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.testing.ChildTests;
import io.github.eventgateway.tools.check.RouteFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

/** The files that {@code new} writes are correct at once, and it changes nothing else. */
class NewCommandTest {

    private static final Path TESTS = Path.of("src", "test", "java", "io", "github", "eventgateway", "routes");

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_LINE = 120;
    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\\n.*?\"\"\"", Pattern.DOTALL);

    private static final Pattern DOCUMENTED_COMMAND =
            Pattern.compile("java -jar target/event-gateway\\.jar new ([\\w -]+[\\w])");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void copyTheProject() throws IOException {
        Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        Files.createDirectories(folder.resolve(TESTS));
    }

    private int create(String... arguments) {
        return new CommandLine(new NewCommand(folder))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }

    @Test
    void aNewTopicTypeAndRouteHaveNoFindings_andTheirTestsPass() throws Exception {
        assertThat(create("topic", "orders")).as(err.toString()).isZero();
        assertThat(create("event-type", "order_paid", "--topic", "orders"))
                .as(err.toString())
                .isZero();
        assertThat(create("route", "notify-on-delete", "--topic", "user_events"))
                .as(err.toString())
                .isZero();

        assertThat(RouteFolders.findings(folder)).isEmpty();
        try (Stream<Path> tests = Files.list(folder.resolve(TESTS))) {
            ChildTests.Run run = ChildTests.run(folder, tests.toList());
            assertThat(run.exit()).as(run.output()).isZero();
            assertThat(run.output()).contains("8 tests passed");
        }
    }

    /** Runs the commands one after the other, as a reader with a fresh clone would. */
    @ParameterizedTest
    @ValueSource(strings = {"docs/editing-routes.md", "docs/zh/editing-routes.md"})
    void theDocumentedCommandsWorkInTheirOrder(String page) throws Exception {
        List<String> commands = DOCUMENTED_COMMAND
                .matcher(Files.readString(Path.of(page)))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(commands)
                .hasSizeGreaterThanOrEqualTo(3)
                .contains("event-type order_paid --topic orders", "route notify-on-delete --topic user_events");

        for (String command : commands) {
            assertThat(create(command.split(" "))).as("%s: %s", command, err).isZero();
        }

        assertThat(RouteFolders.findings(folder)).isEmpty();
        assertThat(files())
                .containsKeys(
                        "routes/schemas/order_paid.schema.json",
                        TESTS.resolve("OrderPaidTest.java").toString(),
                        TESTS.resolve("OrdersTopicTest.java").toString());
    }

    /** The build rejects statements that its formatter would break or join. */
    @ParameterizedTest
    @ValueSource(ints = {1, LONGEST_NAME})
    void withNamesOfAnyLength_eachLineIsAWholeStatement_andFits(int length) throws Exception {
        String name = "x".repeat(length);
        String route = "x-" + "x".repeat(Math.max(1, length - 2));
        assertThat(create("topic", name, "--key", "/id")).as(err.toString()).isZero();
        assertThat(create("event-type", name, "--topic", name))
                .as(err.toString())
                .isZero();
        assertThat(create("route", route, "--topic", name)).as(err.toString()).isZero();

        try (Stream<Path> tests = Files.list(folder.resolve(TESTS))) {
            for (Path test : tests.toList()) {
                // The formatter does not change text blocks.
                for (String line : TEXT_BLOCK
                        .matcher(Files.readString(test))
                        .replaceAll("BLOCK")
                        .split("\n")) {
                    assertThat(line).hasSizeLessThanOrEqualTo(LONGEST_LINE);
                    if (line.contains("\"" + name) || line.contains("\"" + route)) {
                        assertThat(line).matches("( {4}| {8})\\w.*;");
                    }
                }
            }
        }
    }

    @Test
    void theCommentsAndTheRestOfTheSettingsStay() throws Exception {
        List<String> before = Files.readAllLines(folder.resolve("application.yaml"));

        create("topic", "orders");
        create("event-type", "order_paid", "--topic", "orders");
        create("route", "notify-on-delete", "--topic", "user_events");

        assertThat(Files.readAllLines(folder.resolve("application.yaml"))).containsSubsequence(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "event-type | user_login | user_events | The event type user_login exists already",
                "event-type | Order Paid | user_events | 'Order Paid' is not a valid name of an event type",
                "event-type | ../order | user_events | '../order' is not a valid name of an event type",
                "event-type | user_locked | user_evnts | There is no topic user_evnts in application.yaml; did you mean user_events?",
                "event-type | user_locked | Orders! | 'Orders!' is not a valid name of a topic",
                "event-type | user_locked |  | Give the topic",
                "topic | user_events |  | The topic user_events exists already",
                "topic | Orders! |  | 'Orders!' is not a valid name of a topic",
                "route | alert-on-errors | user_events | routes/alert-on-errors.camel.yaml exists already",
                "route | notify | user_events | 'notify' is not a valid name of a route",
                "route | notify-on-delete |  | Give the topic"
            })
    void anImpossibleRequestIsRefused_andNothingIsWritten(String what, String name, String topic, String says)
            throws Exception {
        Map<String, String> before = files();

        int exit = topic == null ? create(what, name) : create(what, name, "--topic", topic);

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(says);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        create("topic", "orders");
        Map<String, String> before = files();

        assertThat(create("topic", "orders")).isEqualTo(1);
        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "thing x",
                "",
                "topic",
                "topic orders customers",
                "topic orders --topic user_events",
                "route notify-on-delete --topic"
            })
    void invalidArguments_showTheUsage_andNothingIsWritten(String line) throws Exception {
        Map<String, String> before = files();
        assertThat(create(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Usage:");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void givenTypes_thenTheRouteHandlesThem() throws Exception {
        assertThat(create("route", "notify-staff", "--topic", "user_events", "--types", "user_login,user_logout"))
                .as(err.toString())
                .isZero();
        assertThat(files().get("routes/notify-staff.camel.yaml")).contains("value: \"user_login,user_logout\"");

        assertThat(create("route", "notify-team", "--topic", "user_events", "--types", "user_login,user_logn"))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("has no event type user_logn");
    }
}
