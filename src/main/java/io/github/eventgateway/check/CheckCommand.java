package io.github.eventgateway.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.roles.GatewayRoles;
import io.github.eventgateway.startup.StartFailure;
import io.github.eventgateway.startup.StartupException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

/**
 * {@code event-gateway.jar check}: prints what is wrong with the route files and the schemas. It reads the settings of the
 * gateway but starts nothing, so it works beside a gateway that runs, and where there is neither Kafka nor a database.
 */
public final class CheckCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final String USAGE = """
            Usage: java -jar event-gateway.jar check [<routes-dir>] [--format text|json]

            Checks the route files, the schemas and the event types of application.yaml without starting anything. Exits 0
            where nothing is wrong, 1 where something is.

              <routes-dir>  the folder of the *.camel.yaml files; where it is left out, the one that the gateway reads
              --format      text, each finding with its line, or json, for programs; text where it is left out
            """;

    private final PrintStream out;
    private final PrintStream err;

    CheckCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** What was asked for; the folder is null where none was named. */
    private record Wanted(Path folder, boolean json) {}

    /** Runs the command with the arguments after {@code check}; returns the exit code. */
    public static int run(String[] arguments) {
        LoggingSystem.get(CheckCommand.class.getClassLoader()).beforeInitialize();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        return new CheckCommand(out, err).run(arguments, new StandardEnvironment());
    }

    int run(String[] arguments, ConfigurableEnvironment environment) {
        if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
            out.print(USAGE);
            return OK;
        }
        Wanted wanted;
        try {
            wanted = parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(USAGE);
            return WRONG_ARGUMENTS;
        }
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            StartFailure.requireSettings(environment);
            new GatewayRoles().postProcessEnvironment(environment, null);
            return check(wanted, environment);
        } catch (IOException | RuntimeException e) {
            err.println(StartFailure.sentence(e));
            return FAILED;
        }
    }

    private int check(Wanted wanted, ConfigurableEnvironment environment) throws IOException {
        Path folder = wanted.folder() == null ? configured(environment) : wanted.folder();
        if (!Files.isDirectory(folder)) {
            throw new StartupException("There is no folder " + folder + ": name the folder of the routes");
        }
        List<Finding> findings = RouteCheck.of(environment).check(folder);
        out.println(wanted.json() ? json(findings) : text(findings, folder));
        return findings.isEmpty() ? OK : FAILED;
    }

    private static Path configured(ConfigurableEnvironment environment) {
        return RoutesFolder.of(environment)
                .orElseThrow(() -> new StartupException("camel.main.routes-include-pattern is no single folder: name"
                        + " the folder of the routes, such as check routes"));
    }

    private static String text(List<Finding> findings, Path folder) {
        return findings.isEmpty()
                ? "Nothing is wrong with the routes in " + folder
                : RouteCheck.text(findings) + "\n\n" + RouteCheck.count(findings);
    }

    private static String json(List<Finding> findings) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", finding.shown().toString());
            fields.put("line", finding.line());
            fields.put("column", finding.column());
            fields.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
            fields.put("rule", finding.rule());
            fields.put("message", finding.message());
            if (!finding.suggestion().isEmpty()) {
                fields.put("suggestion", finding.suggestion());
            }
            fields.put("source", finding.sourceLine());
            list.add(fields);
        }
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Wanted parse(String[] arguments) {
        Path folder = null;
        String format = "text";
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--format")) {
                format = ++i < arguments.length ? arguments[i] : "";
            } else if (argument.startsWith("--format=")) {
                format = argument.substring("--format=".length());
            } else if (argument.startsWith("-")) {
                throw new IllegalArgumentException("There is no option " + argument);
            } else if (folder != null) {
                throw new IllegalArgumentException("Name one folder, not " + folder + " and " + argument);
            } else {
                folder = Path.of(argument);
            }
        }
        if (!List.of("text", "json").contains(format)) {
            throw new IllegalArgumentException("--format is '" + format + "': write text or json");
        }
        return new Wanted(folder, format.equals("json"));
    }
}
