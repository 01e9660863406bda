package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

class SchemaEvolutionCommandTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path routes;

    @BeforeEach
    void copyRoutes() throws IOException {
        routes = folder.resolve("routes");
        FileSystemUtils.copyRecursively(Path.of("routes"), routes);
    }

    private int check(String against, String... more) {
        List<String> arguments = new ArrayList<>(List.of(routes.toString(), "--against", against));
        arguments.addAll(List.of(more));
        return new CommandLine(new CheckCommand(new StandardEnvironment()))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    private Path schema(String type) {
        return routes.resolve("schemas").resolve(type + ".schema.json");
    }

    private void edit(String type, String from, String to) throws IOException {
        Files.writeString(schema(type), SchemaEdit.replaced(Files.readString(schema(type)), from, to));
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("git", "-C", folder.toString(), "-c", "user.name=test", "-c", "user.email=test@example.org"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
    }

    private void commit() throws Exception {
        git("init", "-q");
        git("add", ".");
        git("commit", "-q", "-m", "first");
        git("tag", "v1");
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void givenABreakingEditSinceATag_thenItShowsTheLineAndFails() throws Exception {
        commit();
        edit("system_error", "\"maxLength\": 128", "\"maxLength\": 32");
        edit("system_info", "\"maxLength\": 128", "\"maxLength\": 256");

        assertThat(check("v1")).isEqualTo(1);
        assertThat(out().lines())
                .containsExactly(
                        schema("system_error")
                                + ":7:65: service: maxLength is 32 and was 128: more was valid [breaking]",
                        "        \"service\": { \"type\": \"string\", \"minLength\": 1, \"maxLength\": 32 },",
                        " ".repeat(68) + "^",
                        "",
                        schema("system_info") + ":7:65: properties/service/maxLength is 256 and was 128 [safe]",
                        "",
                        "Changes since v1: 1 breaking, 1 safe");
    }

    @Test
    void givenSafeEditsSinceATag_thenItSucceeds() throws Exception {
        commit();
        edit("system_info", "[\"debug\", \"info\"]", "[\"debug\", \"info\", \"trace\"]");

        assertThat(check("v1")).isZero();
        assertThat(out()).contains("[safe]", "Changes since v1: 1 safe");
        assertThat(check("HEAD", "--format=json")).isZero();
    }

    @Test
    void givenNoEdit_thenItReportsNoChange() throws Exception {
        commit();

        assertThat(check("HEAD")).isZero();
        assertThat(out()).isEqualToIgnoringNewLines("No event schema has changed since HEAD");
    }

    @Test
    void givenAFolder_thenItIsComparedWithIt() throws IOException {
        Path earlier = folder.resolve("earlier");
        FileSystemUtils.copyRecursively(routes, earlier);
        edit("user_login", "\"username\", \"ip\"", "\"username\", \"device\", \"ip\"");

        assertThat(check(earlier.toString(), "--format=json")).isEqualTo(1);
        var changes = new ObjectMapper().readTree(out());
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).path("rule").asText()).isEqualTo("breaking");
        assertThat(changes.get(0).path("line").asInt()).isEqualTo(5);
    }

    @Test
    void givenARemovedType_thenTheChangeIsBreaking() throws IOException {
        Path earlier = folder.resolve("earlier");
        FileSystemUtils.copyRecursively(routes.resolve("schemas"), earlier);
        Files.copy(schema("user_login"), earlier.resolve("user_lock.schema.json"));

        assertThat(check(earlier.toString())).isEqualTo(1);
        assertThat(out())
                .contains("the event type user_lock was removed: its records cannot be read any " + "more [breaking]");
    }

    @Test
    void givenATypeOfAnotherTopic_thenTheChangeIsBreaking() throws IOException {
        Path earlier = earlierSettings("          - user_login\n", "", "          - system_error\n", """
                          - system_error
                          - user_login
                """);

        assertThat(check(earlier.toString())).isEqualTo(1);
        assertThat(out())
                .contains(
                        "          - user_login",
                        "the event type user_login has moved from the topic system_logs to user_events: its records in"
                                + " system_logs become dead letters [breaking]",
                        "the Kafka key of user_login is /user_id and was /service: events of one key may change"
                                + " their order",
                        "Changes since " + earlier + ": 1 breaking, 1 safe");
    }

    @Test
    void givenARenamedTopic_thenTheChangeIsBreakingForItsTypes() throws IOException {
        Path earlier = earlierSettings(":system_logs}", ":logs}");

        assertThat(check(earlier.toString())).isEqualTo(1);
        assertThat(out())
                .contains(
                        "the event type system_info has moved from the topic logs to system_logs, and the gateway no longer"
                                + " reads logs [breaking]",
                        ": 2 breaking");
    }

    /** Returns a folder with the present schemas and with other settings. */
    private Path earlierSettings(String... replacements) throws IOException {
        Path earlier = folder.resolve("earlier");
        FileSystemUtils.copyRecursively(routes, earlier.resolve("routes"));
        String settings = Files.readString(Path.of("application.yaml"));
        for (int i = 0; i < replacements.length; i += 2) {
            settings = SchemaEdit.replaced(settings, replacements[i], replacements[i + 1]);
        }
        Files.writeString(earlier.resolve("application.yaml"), settings);
        return earlier;
    }

    @Test
    void givenABrokenSchema_thenItIsNotSafe() throws IOException {
        Path earlier = folder.resolve("earlier");
        FileSystemUtils.copyRecursively(routes, earlier);
        Files.writeString(schema("user_login"), "{");

        assertThat(check(earlier.toString())).isEqualTo(1);
        assertThat(out()).contains("the schema is not a JSON Schema and was not compared [not-provably-safe]");
    }

    @Test
    void givenNothingToCompareWith_thenAMessageGivesTheReason() throws Exception {
        assertThat(check("v1")).isEqualTo(1);
        Files.createDirectories(folder.resolve("empty"));
        assertThat(check(folder.resolve("empty").toString())).isEqualTo(1);
        commit();
        assertThat(check("v2")).isEqualTo(1);
        assertThat(check("--all")).isNotZero();
        git("rm", "-q", "-r", "--cached", "routes/schemas");
        git("commit", "-q", "-m", "without schemas");
        assertThat(check("HEAD")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("is not in a git repository: give a folder with the earlier schemas")
                .contains("empty has no schemas: give a folder with *.schema.json files")
                .contains("There is neither a folder nor a git commit v2")
                .contains("The commit HEAD has no schemas in " + routes.resolve("schemas"));
        assertThat(out()).isEmpty();
    }

    @Test
    void givenNoGit_thenAMessageSaysSo() {
        assertThatThrownBy(() -> new GitFolder(folder, "no-such-git").commit("v1"))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("The command git cannot be run: install it");
    }
}
