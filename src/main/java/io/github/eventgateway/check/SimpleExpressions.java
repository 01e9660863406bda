package io.github.eventgateway.check;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.LanguageValidationResult;

/** What is written in the simple language can be read by it. */
final class SimpleExpressions implements Rule {

    private static final Set<String> CONDITIONS =
            Set.of("filter", "when", "validate", "onWhen", "retryWhile", "handled", "continued", "completionPredicate");
    private static final Set<String> TEXTS = Set.of("log", "throwException");
    private static final Pattern UNKNOWN = Pattern.compile("Unknown function: ([\\w-]+)");
    private final CamelCatalog catalog;
    private final Dsl dsl;
    private final Settings settings;

    SimpleExpressions(CamelCatalog catalog, Dsl dsl, Settings settings) {
        this.catalog = catalog;
        this.dsl = dsl;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().forEach(file -> walk(file, false, report));
    }

    private void walk(YamlNode node, boolean condition, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            String name = entry.name();
            YamlNode value = entry.value();
            boolean kept = name.equals("expression") && condition;
            if (name.equals("simple")) {
                check(value.isScalar() ? value : value.get("expression").orElse(value), condition, report);
            } else if (TEXTS.contains(name)) {
                value.get("message").ifPresent(text -> check(text, false, report));
            } else if (name.equals("method") && value.isScalar() && value.text().contains("(")) {
                checkArguments(value, report);
            }
            walk(value, kept || CONDITIONS.contains(name), report);
        }
        node.items().forEach(item -> walk(item, condition, report));
    }

    private void checkArguments(YamlNode call, Report report) {
        String text = call.text();
        int close = text.lastIndexOf(')');
        if (close > 0) {
            Arguments.of(text.substring(text.indexOf('(') + 1, close)).stream()
                    .filter(argument -> argument.contains("${"))
                    .forEach(argument -> check(call, argument, false, report));
        }
    }

    private void check(YamlNode at, boolean condition, Report report) {
        if (at.isScalar() && !at.text().isEmpty()) {
            check(at, at.text(), condition, report);
        }
    }

    private void check(YamlNode at, String written, boolean condition, Report report) {
        String text = settings.resolve(written);
        if (text.contains("{{")) {
            return;
        }
        ClassLoader loader = SimpleExpressions.class.getClassLoader();
        LanguageValidationResult result = condition
                ? catalog.validateLanguagePredicate(loader, "simple", text)
                : catalog.validateLanguageExpression(loader, "simple", text);
        if (!result.isSuccess()) {
            report.add(place(at, written, text, result), message(result), suggestion(result));
        }
    }

    private static Place place(YamlNode at, String written, String text, LanguageValidationResult result) {
        Place begin = at.place(written);
        boolean exact =
                text.equals(written) && result.getIndex() > 0 && begin.source().contains(written);
        return exact
                ? new Place(begin.file(), begin.line(), begin.column() + result.getIndex(), begin.source())
                : begin;
    }

    private static String message(LanguageValidationResult result) {
        String error = result.getShortError() == null ? result.getError() : result.getShortError();
        if (error.contains("expected symbol functionEnd")) {
            return "the simple language cannot read this: a ${ is not closed";
        }
        return "the simple language cannot read this: "
                + error.lines().findFirst().orElse("").strip();
    }

    private String suggestion(LanguageValidationResult result) {
        Matcher unknown = UNKNOWN.matcher(result.getError());
        return unknown.find() ? Nearest.to(unknown.group(1), dsl.simpleFunctions()) : "";
    }
}
