package io.github.eventgateway.tools.check;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Compiles each constant expression with its own language: jsonpath, xpath and others. */
final class LanguageExpressions implements Rule {

    /** Languages whose expression is a name, or that other rules check. */
    private static final Set<String> NOT_COMPILED =
            Set.of("constant", "simple", "csimple", "ref", "method", "bean", "tokenize", "file");

    private final RouteSettings settings;

    LanguageExpressions(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().forEach(file -> walk(file, false, report));
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .filter(element ->
                        element.kind().equals("tokenize") && element.node().isMapping())
                .forEach(element -> checkToken(element.node(), report));
    }

    private void walk(YamlNode node, boolean condition, Report report) {
        if (node.get("expression").filter(YamlNode::isMapping).isEmpty()) {
            Written.of(node).ifPresent(written -> check(written, condition, report));
        }
        node.entries()
                .forEach(entry -> walk(
                        entry.value(),
                        SimpleExpressions.isCondition(entry.name())
                                || condition && entry.name().equals("expression"),
                        report));
        node.items().forEach(item -> walk(item, condition, report));
    }

    private void check(Written written, boolean condition, Report report) {
        String text = settings.resolve(written.text());
        boolean compiles = written.at().isScalar()
                && !NOT_COMPILED.contains(written.language())
                && InstalledCatalog.isInstalled("language", written.language());
        if (!compiles || text.contains("{{")) {
            return;
        }
        if (text.isBlank()) {
            report.add(written.at(), "this " + written.language() + " is empty: write an expression");
            return;
        }
        TriedExpressions.problem(written.language(), text, condition)
                .ifPresent(problem ->
                        report.add(written.at(), "this is not valid in " + written.language() + ": " + problem));
    }

    private void checkToken(YamlNode tokenize, Report report) {
        YamlNode at = tokenize.get("token").orElse(tokenize);
        String token = settings.resolve(tokenize.text("token"));
        if (tokenize.get("token").isPresent() && token.isEmpty()) {
            report.add(at, "this token is empty, so nothing is split: write the text between the parts");
        } else if (settings.resolve(tokenize.text("regex")).equals("true") && !token.contains("{{")) {
            try {
                Pattern.compile(token);
            } catch (PatternSyntaxException e) {
                report.add(at, "this token is not a regular expression: " + e.getDescription());
            }
        }
    }
}
