package io.github.eventgateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the command line: help, version and wrong arguments. */
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return Commands.execute(Commands.line(new PrintWriter(out, true), new PrintWriter(err, true)), line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "--server.port=1 --help", "--debug -h"})
    void helpNamesTheCommands(String line) {
        assertThat(run(line)).isZero();
        assertThat(out.toString())
                .startsWith("Usage: java -jar event-gateway.jar")
                .contains("check", "new", "token", "help", "--server.port=8081");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "token", "new", "new event-type", "new topic", "new route"})
    void eachCommandHasHelp(String command) {
        assertThat(run(command + " --help")).isZero();
        assertThat(out.toString()).startsWith("Usage: java -jar event-gateway.jar " + command);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpOfACommandIsShownInBothForms() {
        assertThat(run("help token")).isZero();
        assertThat(out.toString())
                .startsWith("Usage: java -jar event-gateway.jar token")
                .contains("--ttl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "token --version", "--server.port=1 --version"})
    void theVersionIsOneLine(String line) {
        assertThat(run(line)).isZero();
        assertThat(out.toString()).matches("event-gateway .+\\R");
    }

    @Test
    void anUnknownCommandGetsASuggestion() {
        assertThat(run("chek")).isEqualTo(2);
        assertThat(err.toString().lines()).first().isEqualTo("There is no command or argument chek");
        assertThat(err.toString().lines()).last().asString().startsWith("Did you mean check");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anUnknownOptionGetsASuggestion() {
        assertThat(run("token --scope events:read --subjct a")).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("There is no option --subjct", "Did you mean --subject?");
    }

    @Test
    void withoutASimilarName_theUsageIsShown() {
        assertThat(run("-x")).isEqualTo(2);
        assertThat(err.toString()).startsWith("There is no option -x").contains("Usage:");
    }

    @Test
    void theFormatIsAcceptedInLowerAndUpperCase() {
        assertThat(run("check nowhere --format json")).isEqualTo(1);
        assertThat(run("check nowhere --format JSON")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"--hlep, --help", "--server.port=1 --hlep, --help", "--verison, --version"})
    void aMisspeltOptionOfAStartGetsASuggestion(String line, String meant) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString().lines()).first().asString().startsWith("There is no option --");
        assertThat(err.toString().lines()).last().asString().startsWith("Did you mean " + meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--debug check", "--spring.profiles.active=dev check", "--server.port=1 --x=y check a"})
    void aCommandAfterArgumentsOfSpringIsRefused(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("A command comes first, without arguments of Spring Boot: write check");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "chek",
                "help",
                "-h",
                "--help",
                "--version",
                "-V",
                "-x",
                "server.port=1",
                "--hlep",
                "--foo",
                "--server.port",
                "--=x",
                "--",
                ""
            })
    void theseAreForTheCommandLine(String argument) {
        assertThat(Commands.isCommand(argument, "--x=y")).isTrue();
        assertThat(Commands.isCommand("--x=y", "--debug", argument)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--spring.profiles.active=dev", "--server.port=1", "--debug", "--version=1", "--help.x=y", "--a="
            })
    void theseAreForSpring(String argument) {
        assertThat(Commands.isCommand(argument)).isFalse();
        assertThat(Commands.isCommand(argument, "--x=y", "--debug", "--trace")).isFalse();
        assertThat(Commands.isCommand()).isFalse();
    }
}
