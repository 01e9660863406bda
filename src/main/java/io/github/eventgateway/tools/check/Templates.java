package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that a templated route names an existing template, gives its required parameters, and has steps with unique
 * ids.
 */
final class Templates implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        Map<String, YamlNode> templates = routes.top("routeTemplate").stream()
                .collect(Collectors.toMap(Routes.Element::id, Routes.Element::node, (one, other) -> one));
        for (Routes.Element use : routes.top("templatedRoute")) {
            if (use.node().text("prefixId").isBlank()) {
                report.add(
                        use.key(),
                        "the templated route has no prefixId: its step ids would equal " + "those of another");
            }
            if (use.node().text("routeId").isBlank()) {
                report.add(use.key(), "the templated route has no routeId");
            }
            String name = use.node().text("routeTemplateRef");
            YamlNode template = templates.get(name);
            if (template == null) {
                report.add(
                        use.node().get("routeTemplateRef").orElse(use.key()),
                        "there is no template " + name,
                        Nearest.to(name, templates.keySet()));
            } else {
                checkParameters(use, template, report);
            }
        }
    }

    private static void checkParameters(Routes.Element use, YamlNode template, Report report) {
        Set<String> given = names(parameters(use.node()));
        for (YamlNode parameter : parameters(template)) {
            boolean required = parameter.get("defaultValue").isEmpty()
                    && !parameter.text("required").equals("false");
            if (required && !given.contains(parameter.text("name"))) {
                report.add(use.key(), "the template needs the parameter " + parameter.text("name"));
            }
        }
        Set<String> known = names(parameters(template));
        for (YamlNode parameter : parameters(use.node())) {
            if (!known.contains(parameter.text("name"))) {
                String name = parameter.text("name");
                report.add(parameter.place(name), "the template has no parameter " + name, Nearest.to(name, known));
            }
        }
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    private static List<YamlNode> parameters(YamlNode node) {
        return node.get("parameters").map(YamlNode::items).orElse(List.of());
    }

    private static Set<String> names(List<YamlNode> parameters) {
        return parameters.stream().map(parameter -> parameter.text("name")).collect(Collectors.toSet());
    }
}
