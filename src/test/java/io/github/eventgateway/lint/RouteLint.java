package io.github.eventgateway.lint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Checks a folder of route files for what Camel takes in silence and what would lose events. Any thread. */
public final class RouteLint {

    static final String SUFFIX = ".camel.yaml";

    private final List<Rule> rules;

    /**
     * @param settings what placeholders can stand for
     * @param beans what routes can call
     */
    public RouteLint(Settings settings, Beans beans) {
        rules = List.of(
                new Schema(),
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

    /**
     * What is wrong in the folder, in the order of its files and lines.
     *
     * @throws IOException where a file cannot be read
     */
    public List<Finding> check(Path folder) throws IOException {
        List<Finding> findings = new ArrayList<>(unloaded(folder));
        Routes routes = read(folder, findings);
        for (Rule rule : rules) {
            rule.check(routes, (at, message) -> findings.add(new Finding(at.file(), at.line(), rule.name(), message)));
        }
        return findings.stream().sorted().distinct().toList();
    }

    /** What lies in the folder and is not loaded: files of another name, and route files in folders below. */
    private static List<Finding> unloaded(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path ->
                            path.getParent().equals(folder) != path.toString().endsWith(SUFFIX))
                    .map(path -> new Finding(
                            path,
                            1,
                            "file-names",
                            "is not loaded; route files lie in " + folder + ", named *" + SUFFIX))
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
                    int line =
                            e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
                    findings.add(new Finding(path, line, "yaml", "is no YAML: " + e.getProblem()));
                }
            }
        }
        return new Routes(folder, files);
    }
}
