package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.RootCause;
import io.github.eventgateway.api.StartupException;
import io.github.eventgateway.database.DatabaseSettings;
import io.github.eventgateway.database.ReadOnlyDatabase;
import io.github.eventgateway.event.EventReader;
import io.github.eventgateway.event.EventSettings;
import io.github.eventgateway.startup.GatewayRoles;
import io.github.eventgateway.startup.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code event-gateway.jar check}: prints the mistakes in the route files and the schemas. It reads the settings of the
 * gateway but starts nothing, so it can run beside the gateway, and without Kafka or a database.
 */
@Command(
        name = "check",
        description = {
            "Checks the route files, the schemas and the event types of application.yaml. It starts nothing.",
            "With --against or --against-stored it only checks whether the schemas still accept existing records.",
            "The exit code is 0 without findings and 1 with findings.",
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
            description = "The folder with the *.camel.yaml files. Default: the folder that the gateway reads.")
    private Path folder;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "TEXT",
            description = "text (the default) prints each finding with its line; json is for programs.")
    private Format format;

    @Option(
            names = "--against",
            paramLabel = "<commit|folder>",
            description = {
                "Lists each change of the event schemas since a git commit, branch or tag, or since the schemas in a"
                        + " folder, as safe or breaking for existing valid records. The exit code is 1 "
                        + "if a change is breaking or cannot be proved safe."
            })
    private String against;

    @Option(
            names = "--against-stored",
            paramLabel = "<n>",
            description = {
                "Validates the latest <n> stored events of each type, and counts the invalid ones. It "
                        + "only reads the database of the settings. The exit code is 1 if an event is invalid."
            })
    private Integer stored;

    /** The output format of findings. */
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
            throw new StartupException("There is no folder " + routes + ": give the folder of the routes");
        }
        if (against != null || stored != null) {
            return checkRecords(routes);
        }
        List<Finding> findings = RouteCheck.of(environment).check(routes);
        spec.commandLine().getOut().println(format == Format.JSON ? json(findings) : text(findings, routes));
        return findings.isEmpty() ? OK : FAILED;
    }

    private int checkRecords(Path routes) throws IOException {
        Path schemas = EventSchemas.folder(
                routes, Path.of(environment.getProperty("gateway.events.schema-directory", "routes/schemas")));
        Catalogue catalogue = Catalogue.of(environment);
        int code = OK;
        if (against != null) {
            code = checkChanges(catalogue, schemas);
        }
        if (stored != null) {
            code = Math.max(code, checkStored(catalogue, schemas));
        }
        return code;
    }

    private int checkChanges(Catalogue catalogue, Path schemas) throws IOException {
        Path settings = catalogue.topics().stream()
                .findFirst()
                .map(topic -> topic.at().file())
                .orElse(Path.of("application.yaml"));
        EarlierSchemas earlier = EarlierSchemas.of(against, schemas, settings, environment::resolvePlaceholders);
        List<Finding> changes = new SchemaEvolution(catalogue, schemas).since(earlier);
        print(format == Format.JSON ? json(changes) : SchemaEvolution.text(changes, earlier.name()));
        return changes.stream().anyMatch(change -> change.severity() == Severity.ERROR) ? FAILED : OK;
    }

    private int checkStored(Catalogue catalogue, Path schemas) {
        if (stored < 1) {
            throw new StartupException(
                    "--against-stored is " + stored + ": write the number of events per type, 1 or more");
        }
        EventReader reader =
                EventReader.of(bound("gateway.events", EventSettings.class).withSchemas(schemas));
        Set<String> types = new TreeSet<>();
        catalogue.topics().forEach(topic -> topic.types().forEach(type -> types.add(type.name())));
        try (Connection connection = ReadOnlyDatabase.open(bound("gateway.database", DatabaseSettings.class))) {
            List<StoredEventCheck.Result> results = new StoredEventCheck(connection, reader).check(types, stored);
            print(
                    format == Format.JSON
                            ? written(results)
                            : results.stream()
                                    .map(StoredEventCheck.Result::toString)
                                    .collect(Collectors.joining("\n")));
            return results.stream().anyMatch(result -> result.failed() > 0) ? FAILED : OK;
        } catch (SQLException e) {
            throw new StartupException("The stored events cannot be read: " + RootCause.text(e), e);
        }
    }

    private <T> T bound(String prefix, Class<T> type) {
        return Binder.get(environment).bindOrCreate(prefix, type);
    }

    private void print(String text) {
        spec.commandLine().getOut().println(text);
    }

    private static Path configured(ConfigurableEnvironment environment) {
        return RoutesFolder.of(environment)
                .orElseThrow(() -> new StartupException("camel.main.routes-include-pattern is not a single "
                        + "folder: give the folder of the routes, such as check routes"));
    }

    private static String text(List<Finding> findings, Path folder) {
        return findings.isEmpty()
                ? "No findings in " + folder
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
        return written(list);
    }

    private static String written(List<?> list) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
