package io.github.eventgateway.tools.check;

import java.util.Set;

/** Checks the form that visual editors write, so that saving a file changes only what was edited. */
final class CanonicalForm implements Rule {

    /** Elements whose {@code ref} names a bean and is not an expression. */
    private static final Set<String> BY_REF = Set.of(
            "custom", "customLoadBalancer", "policy", "process", "refErrorHandler", "throwException", "transacted");

    private final Dsl dsl;

    CanonicalForm(Dsl dsl) {
        this.dsl = dsl;
    }

    @Override
    public Severity severity() {
        return Severity.WARNING;
    }

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Element route : routes.routes()) {
            if (route.kind().equals("from")) {
                report.add(route.key(), "a bare from has no id; write route: with id, description and from");
            }
        }
        for (Routes.Element step : routes.steps()) {
            if (step.node().isScalar() && !step.node().text().isEmpty()) {
                report.add(step.key(), "write " + step.kind() + " with its fields on the lines below");
            }
        }
        routes.files().forEach(file -> file.items().forEach(item -> check("", item, report)));
        routes.endpoints().forEach(endpoint -> checkUri(endpoint.at(), report));
        routes.verbs().forEach(verb -> checkVerb(verb.element().node(), report));
    }

    /** Since 4.22 Camel warns about the one-line form of {@code to} in a verb. */
    private static void checkVerb(YamlNode verb, Report report) {
        verb.entries().stream()
                .filter(entry -> entry.name().equals("to") && entry.value().isScalar())
                .forEach(entry -> {
                    report.add(entry.key(), "write to with uri on the line below");
                    checkUri(entry.value(), report);
                });
    }

    private static void checkUri(YamlNode uri, Report report) {
        if (uri.text().contains("?")) {
            report.add(uri, "the URI has a query string; write its options under parameters");
        }
    }

    private void check(String name, YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            if (entry.name().matches(".*[-_].*")) {
                report.add(entry.key(), "the key " + entry.name() + " is not in camelCase");
            }
            if (dsl.needsExpression(entry.name())) {
                checkExpression(entry, report);
            }
            if (dsl.isLanguage(entry.name())
                    && entry.value().isScalar()
                    && isLanguageAt(node)
                    && !BY_REF.contains(name)) {
                report.add(entry.key(), "write " + entry.name() + ": {expression: ...} with the expression inside");
            }
            if (!entry.name().equals("parameters") || !entry.value().isMapping()) {
                check(entry.name(), entry.value(), report);
            }
        }
        node.items().forEach(item -> check(name, item, report));
    }

    /** An expression is the only key of its mapping. Elsewhere the same word is a field. */
    private static boolean isLanguageAt(YamlNode mapping) {
        return mapping.entries().size() == 1;
    }

    private void checkExpression(YamlNode.Entry step, Report report) {
        for (YamlNode.Entry entry : step.value().entries()) {
            if (dsl.isLanguage(entry.name())) {
                report.add(entry.key(), "write the expression of " + step.name() + " under expression");
            }
        }
    }
}
