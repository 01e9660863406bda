package io.github.eventgateway.tools.check;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that languages and data formats are installed in this gateway. */
final class Parts implements Rule {

    private static final Set<String> ALWAYS_THERE = Set.of("language", "method", "ref");
    private static final Pattern OTHER_LANGUAGE = Pattern.compile("\\$\\{(jq|jsonpath|xpath)\\(");
    private static final Set<String> FORMATTERS = Set.of("marshal", "unmarshal");
    private static final Set<String> NO_FORMATS = Set.of(
            "id", "description", "note", "disabled", "variableSend", "variableReceive", "allowNullBody", "custom");

    private final Dsl dsl;
    private final Starters starters;
    private final RouteSettings settings;

    Parts(Dsl dsl, Starters starters, RouteSettings settings) {
        this.dsl = dsl;
        this.starters = starters;
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .forEach(element -> check(element, report));
        routes.steps().forEach(step -> starters.missingStep(step.kind())
                .ifPresent(missing -> report.add(step.key(), missing)));
        Texts.of(routes).forEach(text -> checkFunctions(text, report));
    }

    /** Functions of the simple language that use another language. */
    private void checkFunctions(YamlNode text, Report report) {
        Matcher found = OTHER_LANGUAGE.matcher(text.text());
        while (found.find()) {
            starters.missingLanguage(found.group(1))
                    .ifPresent(missing -> report.add(text.place(found.group(1)), missing, ""));
        }
    }

    private void check(Routes.Element element, Report report) {
        if (element.kind().equals("dataFormats")) {
            element.node().items().stream()
                    .flatMap(item -> item.entries().stream())
                    .forEach(entry -> checkFormat(entry, report));
        } else if (FORMATTERS.contains(element.kind())) {
            element.node().entries().stream()
                    .filter(entry -> !NO_FORMATS.contains(entry.name()))
                    .forEach(entry -> checkFormat(entry, report));
        } else if (dsl.isExpressionField(element.kind()) && element.node().isMapping()) {
            checkLanguages(element.node(), report);
        } else if (dsl.needsExpression(element.kind()) && element.node().isMapping()) {
            checkLanguages(element.node(), report);
            boolean asks = element.node().entries().stream()
                    .noneMatch(entry -> entry.name().equals("expression") || dsl.isLanguage(entry.name()));
            if (asks) {
                report.add(element.key(), element.kind() + " lacks its expression");
            }
        }
    }

    private void checkFormat(YamlNode.Entry format, Report report) {
        String library = format.value().text("library");
        String name = !format.name().equals("json")
                ? format.name()
                : library.isEmpty() ? "jackson" : library.toLowerCase(Locale.ROOT);
        starters.missingDataFormat(name).ifPresent(missing -> report.add(format.key(), missing));
    }

    private void checkLanguages(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            boolean language = dsl.isLanguage(entry.name()) && !ALWAYS_THERE.contains(entry.name());
            if (language) {
                starters.missingLanguage(entry.name()).ifPresent(missing -> report.add(entry.key(), missing));
            } else if (entry.name().equals("language")) {
                entry.value().get("language").ifPresent(name -> checkLanguage(name, report));
            }
        }
    }

    /** A language by its name, which may be misspelt. */
    private void checkLanguage(YamlNode at, Report report) {
        String name = settings.resolve(at.text());
        if (name.contains("{{")) {
            return;
        }
        if (starters.languages().contains(name)) {
            starters.missingLanguage(name).ifPresent(missing -> report.add(at, missing));
        } else {
            report.add(at.place(name), "Camel has no language " + name, Nearest.to(name, starters.languages()));
        }
    }
}
