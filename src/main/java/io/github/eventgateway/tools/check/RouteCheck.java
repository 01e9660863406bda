package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.springframework.core.env.ConfigurableEnvironment;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Checks a folder of route files before Camel reads them. It finds what Camel would reject, what Camel would silently
 * ignore, and what would lose events. It keeps no state between checks. Any thread.
 */
public final class RouteCheck {

    static final String SUFFIX = ".camel.yaml";

    private final List<Rule> rules;

    /**
     * @param settings the settings for placeholders
     * @param installed the parts of the program
     * @param catalogue the topics and event types
     * @param schemas the schema folder if the route folder has none
     */
    RouteCheck(RouteSettings settings, Installed installed, Catalogue catalogue, Path schemas) {
        CamelCatalog camel = installed.camel();
        Dsl dsl = installed.dsl();
        Beans beans = installed.beans();
        Starters starters = new Starters(camel);
        rules = List.of(
                new DslSchema(),
                new DuplicateKeys(),
                new DuplicateIds(),
                new DirectEndpoints(settings),
                new KnownTopics(settings, catalogue),
                new StoredTopics(settings, catalogue),
                new StoppedRoutes(settings),
                new Names(settings, catalogue),
                new RouteConfigurations(settings),
                new FileScope(),
                new CanonicalForm(dsl),
                new Descriptions(),
                new RestVerbs(),
                new HttpPaths(),
                new OutgoingHttpCalls(settings),
                new MessageKeys(),
                new Placeholders(settings),
                new DeadLetterChannels(),
                new KafkaConsumers(settings),
                new Commits(settings),
                new SwallowedFailures(settings),
                new HandlerDeadLetters(settings),
                new ErrorHandlers(settings),
                new UnfinishedWork(settings),
                new PolicyInterceptors(settings),
                new BatchBodies(beans, settings),
                new PollIntervals(settings),
                new DirectCycles(settings),
                new ServerEndpoints(settings),
                new ServerThreads(beans, settings),
                new KafkaProducers(settings),
                new KafkaTimeouts(settings),
                new BeanReferences(beans, settings),
                new BeanProperties(beans),
                new OptionReferences(beans, dsl, settings),
                new EventArguments(beans, settings, catalogue),
                new WebhookSettings(beans, settings),
                new ClassReferences(dsl, settings),
                new LanguageExpressions(settings),
                new StepNumbers(settings),
                new Templates(),
                new HandlerPolicies(),
                new Parts(dsl, starters, settings),
                new ConstantConditions(),
                installed.headers(),
                new SqlTexts(),
                new SimpleExpressions(camel, dsl, settings),
                new EndpointOptions(camel, settings, starters),
                new AutoStartup(settings),
                new CatalogueSettings(settings),
                new EventSchemas(catalogue, schemas),
                new NamedFields(catalogue, schemas));
    }

    /** Returns a check with the settings of this environment and the beans of the gateway, without creating them. */
    public static RouteCheck of(ConfigurableEnvironment environment) {
        return of(environment, Installed.scan());
    }

    static RouteCheck of(ConfigurableEnvironment environment, Installed installed) {
        return new RouteCheck(
                RouteSettings.of(environment),
                installed,
                Catalogue.of(environment),
                Path.of(environment.getProperty("gateway.events.schema-directory", "routes/schemas")));
    }

    /**
     * Returns all mistakes in the folder in the order of files and lines.
     *
     * @throws IOException if a file cannot be read
     */
    public List<Finding> check(Path folder) throws IOException {
        List<Finding> findings = new ArrayList<>(unloaded(folder));
        Routes routes = read(folder, findings);
        boolean complete = findings.stream().noneMatch(finding -> finding.rule().equals(BrokenYaml.RULE));
        for (Rule rule : rules) {
            if (rule.isAcrossFiles() && !complete) {
                continue;
            }
            rule.check(routes, new Found(rule, findings));
        }
        return findings.stream().sorted().distinct().toList();
    }

    private record Found(Rule rule, List<Finding> findings) implements Rule.Report {

        @Override
        public void add(Place at, String message, String suggestion) {
            findings.add(Finding.of(at, rule.severity(), rule.name(), message, suggestion));
        }

        @Override
        public void warn(Place at, String message, String suggestion) {
            findings.add(Finding.of(at, Severity.WARNING, rule.name(), message, suggestion));
        }
    }

    /** Returns the findings as text, each with its line and a caret. */
    public static String text(List<Finding> findings) {
        return findings.stream().map(Finding::text).collect(Collectors.joining("\n"));
    }

    /** Returns the number of findings as a sentence. */
    static String count(List<Finding> findings) {
        long files = findings.stream().map(Finding::file).distinct().count();
        return findings.size()
                + (findings.size() == 1 ? " finding in " : " findings in ")
                + files
                + (files == 1 ? " file" : " files");
    }

    /** Reports the files in the folder that are not loaded: files with another name, and route files in subfolders. */
    private static List<Finding> unloaded(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !isPassing(path))
                    .filter(path ->
                            path.getParent().equals(folder) != path.toString().endsWith(SUFFIX))
                    .map(path -> Finding.of(
                            Place.of(path, 1, 1),
                            path.toString().matches(".*\\.ya?ml") ? Severity.ERROR : Severity.WARNING,
                            "file-names",
                            "is not loaded; route files belong in " + folder + ", named *" + SUFFIX,
                            ""))
                    .toList();
        }
    }

    /** Returns whether an editor or a file system creates such a file temporarily. */
    private static boolean isPassing(Path path) {
        return path.getFileName().toString().matches("\\..*|.*~|.*\\.(swp|swx|tmp|bak)|#.*#");
    }

    /** Reads the route files of a folder without a check. */
    public static Routes read(Path folder) throws IOException {
        List<Finding> findings = new ArrayList<>();
        Routes routes = read(folder, findings);
        if (!findings.isEmpty()) {
            throw new IOException(findings.get(0).toString());
        }
        return routes;
    }

    private static Routes read(Path folder, List<Finding> findings) throws IOException {
        List<YamlNode> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                try {
                    YamlNode.read(path).ifPresent(files::add);
                } catch (MarkedYAMLException e) {
                    findings.add(BrokenYaml.finding(path, e));
                }
            }
        }
        return new Routes(folder, files);
    }
}
