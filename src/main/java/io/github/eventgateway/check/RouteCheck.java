package io.github.eventgateway.check;

import io.github.eventgateway.GatewayApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Checks a folder of route files before Camel sees them: for what Camel would refuse, for what it takes in silence, and
 * for what would lose events. Keeps nothing of the files, so that one object serves any number of checks. Any thread.
 */
public final class RouteCheck {

    static final String SUFFIX = ".camel.yaml";

    private final List<Rule> rules;

    /**
     * @param settings what placeholders can stand for
     * @param beans what routes can call
     */
    public RouteCheck(Settings settings, Beans beans) {
        rules = List.of(
                new DslSchema(),
                new DuplicateKeys(),
                new DuplicateIds(),
                new DirectEndpoints(),
                new RouteConfigurations(),
                new FileScope(),
                new CanonicalForm(),
                new Descriptions(),
                new RestVerbs(),
                new HttpPaths(),
                new Placeholders(settings),
                new DeadLetterChannels(),
                new KafkaConsumers(),
                new KafkaProducers(),
                new BeanReferences(beans),
                new Templates(),
                new EndpointOptions(settings));
    }

    /** A check with the settings of this environment and the gateway's own beans; no bean is made. */
    public static RouteCheck of(ConfigurableEnvironment environment) {
        return new RouteCheck(Settings.of(environment), Beans.scan(GatewayApplication.class));
    }

    /**
     * What is wrong in the folder, in the order of its files and lines; everything, not the first.
     *
     * @throws IOException where a file cannot be read
     */
    public List<Finding> check(Path folder) throws IOException {
        List<Finding> findings = new ArrayList<>(unloaded(folder));
        Routes routes = read(folder, findings);
        for (Rule rule : rules) {
            rule.check(
                    routes,
                    (at, message, suggestion) ->
                            findings.add(Finding.of(at, rule.severity(), rule.name(), message, suggestion)));
        }
        return findings.stream().sorted().distinct().toList();
    }

    /** The findings for a person: each with its line and a caret. */
    public static String text(List<Finding> findings) {
        return findings.stream().map(Finding::text).collect(Collectors.joining("\n"));
    }

    /** What lies in the folder and is not loaded: files of another name, and route files in folders below. */
    private static List<Finding> unloaded(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path ->
                            path.getParent().equals(folder) != path.toString().endsWith(SUFFIX))
                    .map(path -> Finding.of(
                            Place.of(path, 1, 1),
                            Severity.WARNING,
                            "file-names",
                            "is not loaded; route files lie in " + folder + ", named *" + SUFFIX,
                            ""))
                    .toList();
        }
    }

    /** The route files of a folder, without a check. */
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
                    findings.add(
                            Finding.of(place(path, e), Severity.ERROR, "yaml", "is no YAML: " + e.getProblem(), ""));
                }
            }
        }
        return new Routes(folder, files);
    }

    private static Place place(Path path, MarkedYAMLException e) {
        return e.getProblemMark() == null
                ? Place.of(path, 1, 1)
                : Place.of(
                        path,
                        e.getProblemMark().getLine() + 1,
                        e.getProblemMark().getColumn() + 1);
    }
}
