package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.startup.GatewayRoles;
import io.github.eventgateway.startup.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code event-gateway.jar check}: prints what is wrong with the route files and the schemas. It reads the settings of the
 * gateway but starts nothing, so it works beside a gateway that runs, and where there is neither Kafka nor a database.
 */
@Command(
        name = "check",
        description = {
            "Checks the route files, the schemas and the event types of application.yaml without starting anything.",
            "Exits 0 if nothing is wrong, 1 if something is.",
            ""
        })
public final class CheckCommand implements Callable<Integer> {

    private static final int OK = 0;
    private static final int FAILED = 1;

    private final ConfigurableEnvironment environment;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<routes-dir>",
            description = "The folder of the *.camel.yaml files; without it, the one that the gateway reads.")
    private Path folder;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "TEXT",
            description = "text, each finding with its line (the default), or json, for programs.")
    private Format format;

    /** What findings are written in. */
    enum Format {
        TEXT,
        JSON
    }

    public CheckCommand() {
        this(new StandardEnvironment());
    }

    CheckCommand(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            StartFailure.requireSettings(environment);
            new GatewayRoles().postProcessEnvironment(environment, null);
            return check(folder == null ? configured(environment) : folder);
        } catch (IOException | RuntimeException e) {
            spec.commandLine().getErr().println(StartFailure.sentence(e));
            return FAILED;
        }
    }

    private int check(Path routes) throws IOException {
        if (!Files.isDirectory(routes)) {
            throw new StartupException("There is no folder " + routes + ": name the folder of the routes");
        }
        List<Finding> findings = RouteCheck.of(environment).check(routes);
        spec.commandLine().getOut().println(format == Format.JSON ? json(findings) : text(findings, routes));
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
}
