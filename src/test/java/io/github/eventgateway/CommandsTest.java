package io.github.eventgateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the command line: help, version and wrong arguments. */
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return Commands.line(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
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
    @ValueSource(strings = {"--version", "-V", "token --version"})
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
    @ValueSource(strings = {"check", "chek", "help", "-h", "--help", "--version", "-V", "-x", "server.port=1"})
    void theseAreForTheCommandLine(String argument) {
        assertThat(Commands.isCommand(argument, "--x=y")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--spring.profiles.active=dev", "--server.port=1", "--debug", "--version=1", "--help.x=y"})
    void theseAreForSpring(String argument) {
        assertThat(Commands.isCommand(argument, "check")).isFalse();
        assertThat(Commands.isCommand()).isFalse();
    }
}
