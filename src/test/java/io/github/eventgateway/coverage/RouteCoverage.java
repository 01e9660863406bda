package io.github.eventgateway.coverage;

import io.github.eventgateway.tools.check.Routes;
import io.github.eventgateway.tools.check.Routes.Element;
import io.github.eventgateway.tools.check.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Counts how often tests entered the steps of the route files: each step of routes, templates (all uses together) and
 * error policies, and each {@code onException}. Of each filter it counts the exchanges that pass and those that do not.
 */
final class RouteCoverage {

    /** A branch of the flow. File and line identify a step, because some steps have no id. */
    private record Branch(String file, int line, String what, long entered) {

        @Override
        public String toString() {
            return file + ":" + line + " " + what;
        }
    }

    private final List<Branch> branches;

    private RouteCoverage(List<Branch> branches) {
        this.branches = branches;
    }

    /**
     * Compares route files with counts.
     *
     * @param counts the folder with the files of the {@link StepCounter}
     */
    static RouteCoverage of(Routes routes, Path counts) throws IOException {
        Map<String, Long> entered = read(counts);
        List<Branch> branches = new ArrayList<>();
        for (Element step : routes.steps()) {
            // Camel does not count a doTry, but its steps and those of its clauses.
            if (!step.kind().equals("doTry")) {
                branches.add(branch(step.key(), name(step), entered));
            }
            if (step.kind().equals("filter")) {
                branches.add(heldBack(step, entered));
            }
        }
        routes.failures().forEach(failure -> branches.add(branch(failure.key(), exceptions(failure), entered)));
        return new RouteCoverage(branches);
    }

    /** Returns the branches that were never entered. */
    List<String> missed() {
        return branches.stream()
                .filter(branch -> branch.entered() <= 0)
                .map(Branch::toString)
                .toList();
    }

    /** Returns one line for each branch: count, file, line and step. */
    String report() {
        StringBuilder text = new StringBuilder();
        branches.stream()
                .sorted(Comparator.comparing(Branch::file).thenComparing(Branch::line))
                .forEach(branch -> text.append("%7d  %s%n".formatted(branch.entered(), branch)));
        long missed = missed().size();
        return text.append("%d of %d branches were entered%n".formatted(branches.size() - missed, branches.size()))
                .toString();
    }

    private static Map<String, Long> read(Path counts) throws IOException {
        Map<String, Long> entered = new HashMap<>();
        if (!Files.isDirectory(counts)) {
            return entered;
        }
        try (Stream<Path> files = Files.list(counts)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    String[] parts = line.split(" ");
                    entered.merge(parts[1].replaceFirst(".*/", ""), Long.parseLong(parts[0]), Long::sum);
                }
            }
        }
        return entered;
    }

    private static Branch branch(YamlNode at, String what, Map<String, Long> entered) {
        return new Branch(file(at), at.line(), what, count(at, entered));
    }

    /** Counts the exchanges that reached the filter but not its first step. */
    private static Branch heldBack(Element filter, Map<String, Long> entered) {
        long passed = Routes.steps(filter.node())
                .findFirst()
                .map(step -> count(step.key(), entered))
                .orElse(0L);
        YamlNode at = filter.key();
        return new Branch(file(at), at.line(), name(filter) + ", held back", count(at, entered) - passed);
    }

    private static long count(YamlNode node, Map<String, Long> entered) {
        return entered.getOrDefault(file(node) + ":" + node.line(), 0L);
    }

    private static String file(YamlNode node) {
        return node.file().getFileName().toString();
    }

    private static String name(Element step) {
        return step.kind() + (step.id().isEmpty() ? "" : " " + step.id());
    }

    private static String exceptions(Element failure) {
        Optional<YamlNode> types = failure.node().get("exception");
        return "onException"
                + types.map(list -> list.items().stream().map(YamlNode::text).reduce("", (all, one) -> all + " " + one))
                        .orElse("");
    }
}
