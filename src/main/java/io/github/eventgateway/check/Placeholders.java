package io.github.eventgateway.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every placeholder has a setting, or is a parameter of its template. */
final class Placeholders implements Rule {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]+)(:[^{}]*)?}}");

    private final Settings settings;

    Placeholders(Settings settings) {
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
            String name = found.group(1);
            if (found.group(2) == null && !settings.has(name) && !parameters.contains(name)) {
                report.add(
                        node.place(name),
                        "the placeholder {{" + name + "}} has no value in application.yaml",
                        Nearest.to(name, names(parameters)));
            }
        }
    }
}
