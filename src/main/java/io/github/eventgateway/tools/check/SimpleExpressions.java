package io.github.eventgateway.tools.check;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.LanguageValidationResult;

/** Checks that expressions in the simple language are valid. */
final class SimpleExpressions implements Rule {

    private static final Set<String> CONDITIONS =
            Set.of("filter", "when", "validate", "onWhen", "retryWhile", "handled", "continued", "completionPredicate");
    private static final Set<String> TEXTS = Set.of("log", "throwException");
    /** Steps that compute the called URI. */
    private static final Set<String> COMPUTED = Set.of("toD", "wireTap", "poll");

    /** The validator has no beans; BeanReferences looks for them. */
    private static final String NO_BEAN = "No bean could be found in the registry";
    /** The validator has no converters, which some functions need. They are tried instead. */
    private static final String NO_CONVERTER = "getTypeConverter()\" is null";

    private static final Pattern UNKNOWN = Pattern.compile("Unknown function: ([\\w-]+)");
    private static final Pattern FUNCTION = Pattern.compile("\\$(?:simple)?\\{([A-Za-z][\\w-]*)");
    /** Functions that are missing in Camel's description of the language. */
    private static final Set<String> UNLISTED = Set.of("in", "out", "file", "true", "false", "sysenv");

    private static final int FEW_CHANGES = 2;
    private final CamelCatalog catalog;
    private final Dsl dsl;
    private final RouteSettings settings;

    SimpleExpressions(CamelCatalog catalog, Dsl dsl, RouteSettings settings) {
        this.catalog = catalog;
        this.dsl = dsl;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().forEach(file -> walk(file, false, report));
    }

    /** Returns whether this element contains a condition. */
    static boolean isCondition(String element) {
        return CONDITIONS.contains(element);
    }

    private void walk(YamlNode node, boolean condition, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            String name = entry.name();
            YamlNode value = entry.value();
            boolean kept = name.equals("expression") && condition;
            if (name.equals("simple")
                    || name.equals("language") && value.text("language").equals("simple")) {
                check(value.isScalar() ? value : value.get("expression").orElse(value), condition, report);
            } else if (name.equals("precondition")) {
                check(value, true, report);
            } else if (TEXTS.contains(name)) {
                check(value.isScalar() ? value : value.get("message").orElse(value), false, report);
            } else if (COMPUTED.contains(name)) {
                check(value.isScalar() ? value : value.get("uri").orElse(value), false, report);
            } else if (name.equals("parameters")) {
                value.entries().stream()
                        .filter(parameter -> !parameter.name().equals("method")
                                && parameter.value().text().contains("${"))
                        .forEach(parameter -> check(parameter.value(), false, report));
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
        if (!result.isSuccess() && result.getError().contains(NO_BEAN)) {
            return;
        }
        if (!result.isSuccess() && !result.getError().contains(NO_CONVERTER)) {
            report.add(place(at, written, text, result), message(result), suggestion(text, result));
            return;
        }
        Optional<String> unknown = misspelt(text).or(() -> unknownWithin(text));
        unknown.ifPresent(name -> report.add(
                at.place(name),
                "the simple language has no function " + name,
                Nearest.to(name, dsl.simpleFunctions())));
        if (unknown.isEmpty()) {
            Stream.concat(
                            TriedExpressions.inFunctions(text).stream(),
                            condition ? TriedExpressions.inOperands(text).stream() : Stream.empty())
                    .forEach(problem -> report.add(
                            at.place(problem.part()),
                            "this is not valid in the simple language: " + problem.part() + ": " + problem.message(),
                            ""));
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
            return "this is not valid in the simple language: a ${ is not closed";
        }
        return "this is not valid in the simple language: "
                + error.lines().findFirst().orElse("").strip();
    }

    private String suggestion(String text, LanguageValidationResult result) {
        Matcher unknown = UNKNOWN.matcher(result.getError());
        Optional<String> wrong = unknown.find() ? Optional.of(unknown.group(1)) : misspelt(text);
        return wrong.map(name -> Nearest.to(name, dsl.simpleFunctions())).orElse("");
    }

    /** Returns an unknown function inside another one, where the validator does not look. */
    private Optional<String> unknownWithin(String text) {
        return Functions.within(text).stream()
                .map(inner ->
                        catalog.validateLanguageExpression(SimpleExpressions.class.getClassLoader(), "simple", inner))
                .filter(result -> !result.isSuccess())
                .map(result -> UNKNOWN.matcher(result.getError()))
                .filter(Matcher::find)
                .map(unknown -> unknown.group(1))
                .findFirst();
    }

    /**
     * Reports a name that is similar to a function, because the validator accepts some as a longer function, or does
     * not check.
     */
    private Optional<String> misspelt(String text) {
        Matcher function = FUNCTION.matcher(text);
        return function.results()
                .map(found -> found.group(1))
                .filter(name -> !dsl.simpleFunctions().contains(name) && !UNLISTED.contains(name))
                .filter(name -> Optional.of(Nearest.to(name, dsl.simpleFunctions()))
                        .filter(near -> !near.isEmpty() && Nearest.distance(name, near) <= FEW_CHANGES)
                        .isPresent())
                .findFirst();
    }
}
