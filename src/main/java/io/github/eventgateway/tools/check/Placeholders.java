package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that every placeholder is a setting or a parameter of its template. A default value must not hide a misspelt
 * name.
 */
final class Placeholders implements Rule {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{[?!]?([^{}:]+)(:[^{}]*)?}}|\\$\\{properties:([\\w.-]+)(:[^{}]*)?}");
    /** The prefixes of the gateway, Camel and Spring. An unknown name with one of them is a mistake. */
    private static final Pattern OURS = Pattern.compile("(gateway|camel|spring|server|management|logging)\\..*");

    private static final int FEW_CHANGES = 2;
    private static final int LONG_ENOUGH = 8;

    private final RouteSettings settings;

    Placeholders(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Element element : routes.top()) {
            Set<String> parameters = new HashSet<>();
            if (element.kind().equals("routeTemplate")) {
                element.node()
                        .get("parameters")
                        .map(YamlNode::items)
                        .orElse(List.of())
                        .forEach(parameter -> parameters.add(parameter.text("name")));
            }
            element.node().all().forEach(node -> check(node, parameters, report));
        }
    }

    private Set<String> names(Set<String> parameters) {
        Set<String> names = new HashSet<>(parameters);
        names.addAll(settings.names());
        return names;
    }

    private void check(YamlNode node, Set<String> parameters, Report report) {
        Matcher found = PLACEHOLDER.matcher(node.text());
        while (found.find()) {
            boolean braces = found.group(1) != null;
            String name = braces ? found.group(1) : found.group(3);
            boolean hasDefault = (braces ? found.group(2) : found.group(4)) != null;
            if (settings.has(name) || parameters.contains(name)) {
                continue;
            }
            if (hasDefault) {
                checkHidden(node, name, parameters, report);
            } else {
                report.add(
                        node.place(name),
                        "the placeholder {{" + name + "}} has no value in application.yaml",
                        Nearest.to(name, names(parameters)));
            }
        }
    }

    /** A misspelt name with a default would stay unnoticed. */
    private void checkHidden(YamlNode node, String name, Set<String> parameters, Report report) {
        Set<String> names = names(parameters);
        String nearest = Optional.of(Nearest.to(name, names))
                .filter(near -> !near.isEmpty())
                .orElseGet(() -> Nearest.to(name, SettingNames.ofLibraries()));
        boolean misspelt = OURS.matcher(name).matches()
                ? !SettingNames.isKnown(name)
                : name.length() >= LONG_ENOUGH
                        && !nearest.isEmpty()
                        && OURS.matcher(nearest).matches()
                        && Nearest.distance(name, nearest) <= FEW_CHANGES;
        if (misspelt) {
            report.add(
                    node.place(name),
                    "the placeholder {{" + name
                            + "}} has no value in application.yaml, so it always has its default: "
                            + "correct its name, or add it there",
                    nearest);
        }
    }
}
