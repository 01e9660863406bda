package io.github.eventgateway;

import io.github.eventgateway.retention.RestoreCommand;
import io.github.eventgateway.server.security.TokenCommand;
import io.github.eventgateway.tools.check.CheckCommand;
import io.github.eventgateway.tools.check.Nearest;
import io.github.eventgateway.tools.create.NewCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the jar. The exit code is 0 for success and for help, 1 if a command failed, and 2 if its arguments
 * are wrong.
 */
@Command(
        name = "java -jar event-gateway.jar",
        description = {
            "Accepts events over REST, writes them to Kafka and stores them in a database.",
            "",
            "Without a command the gateway starts. It then accepts the arguments of Spring Boot, such as "
                    + "--spring.profiles.active=dev or --server.port=8081.",
            ""
        },
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = HelpCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        scope = ScopeType.INHERIT)
final class Commands {

    /** Spring Boot accepts these without a value. */
    private static final Set<String> FLAGS = Set.of("--debug", "--trace");

    private static final int USAGE_WIDTH = 110;

    private Commands() {}

    /**
     * Returns whether the arguments are for the command line, and not for a start. A start accepts only arguments of
     * Spring Boot, so a misspelt option never starts a gateway.
     */
    static boolean isCommand(String... arguments) {
        return !Stream.of(arguments).allMatch(Commands::isOfSpring);
    }

    private static boolean isOfSpring(String argument) {
        return argument.matches("(?s)--[^=]+=.*") || FLAGS.contains(argument);
    }

    /** Runs the command, and returns its exit code. */
    static int run(String... arguments) {
        LoggingSystem.get(Commands.class.getClassLoader()).beforeInitialize();
        return execute(line(writer(System.out), writer(System.err)), arguments);
    }

    /** Arguments of Spring Boot in front are dropped: the command line has no use for them. */
    static int execute(CommandLine line, String... arguments) {
        String[] own = Stream.of(arguments).dropWhile(Commands::isOfSpring).toArray(String[]::new);
        if (own.length < arguments.length && !own[0].startsWith("-")) {
            line.getErr().println("A command comes first, without arguments of Spring Boot: write " + own[0]);
            return ExitCode.USAGE;
        }
        return line.execute(own);
    }

    static CommandLine line(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Commands())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new NewCommand())
                .addSubcommand(new TokenCommand())
                .addSubcommand(new RestoreCommand())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(USAGE_WIDTH)
                .setParameterExceptionHandler(Commands::refuse)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Says what is wrong, and shows the usage if nothing that was meant is near. */
    private static int refuse(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        List<String> near = List.of();
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            command.getErr()
                    .println(
                            "There is no " + (unmatched.isUnknownOption() ? "option " : "command or argument ") + word);
            String prefix = command.getCommandSpec().qualifiedName() + " ";
            near = unmatched.getSuggestions().stream()
                    .map(suggestion -> suggestion.replace(prefix, ""))
                    .toList();
            if (near.isEmpty() && word.startsWith("--")) {
                Set<String> options = command.getCommandSpec().optionsMap().keySet();
                near = Stream.of(Nearest.to(word, options))
                        .filter(name -> !name.isEmpty())
                        .toList();
            }
        } else {
            command.getErr().println(wrong.getMessage());
        }
        if (near.isEmpty()) {
            command.usage(command.getErr());
        } else {
            command.getErr().println("Did you mean " + String.join(" or ", near) + "?");
        }
        return ExitCode.USAGE;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"event-gateway " + (version == null ? "(not built as a jar)" : version)};
        }
    }
}
