package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

class CheckCommandTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new CommandLine(new CheckCommand(new StandardEnvironment()))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    private Path file() {
        return folder.resolve("store-events.camel.yaml");
    }

    /** Returns a copy of the routes with a mistake in one line. */
    private String wrong() throws IOException {
        FileSystemUtils.copyRecursively(Path.of("routes"), folder);
        Files.writeString(file(), Files.readString(file()).replace("ref: eventStore", "ref: eventStor"));
        return folder.toString();
    }

    private int wrongLine() throws IOException {
        return Files.readAllLines(file()).indexOf("              ref: eventStor") + 1;
    }

    @Test
    void givenCorrectFiles_thenItReportsSuccess() {
        assertThat(run()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("No findings in routes");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void givenAMistake_thenItShowsTheLineAndFails() throws IOException {
        assertThat(run(wrong())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        file() + ":" + wrongLine() + ":20: there is no bean eventStor; did you mean eventStore?"
                                + " [bean-references]",
                        "                  ref: eventStor",
                        "                       ^",
                        "",
                        "1 finding in 1 file");
    }

    @Test
    void givenTheFormatJson_thenTheOutputIsValidJson() throws IOException {
        assertThat(run(wrong(), "--format", "json")).isEqualTo(1);

        JsonNode findings = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(findings).hasSize(1);
        JsonNode finding = findings.get(0);
        assertThat(finding.path("line").asInt()).isEqualTo(wrongLine());
        assertThat(finding.path("column").asInt()).isEqualTo(20);
        assertThat(finding.path("severity").asText()).isEqualTo("error");
        assertThat(finding.path("suggestion").asText()).isEqualTo("eventStore");
    }

    @Test
    void givenTheFormatJsonAndCorrectFiles_thenTheListIsEmpty() throws IOException {
        assertThat(run("--format=json")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void givenAMissingFolder_thenItNamesTheFolder() {
        assertThat(run("nowhere")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("There is no folder nowhere");
    }

    @Test
    void givenWrongArguments_thenItShowsTheUsage() {
        assertThat(run("--format", "xml")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("'--format'", "'xml'", "Usage:");
    }
}
