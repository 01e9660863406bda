package io.github.eventgateway.check;

import java.util.Locale;
import java.util.Set;

/** Languages and data formats are parts of this gateway, not of some other Camel application; and none is missing. */
final class Parts implements Rule {

    private static final Set<String> ALWAYS_THERE = Set.of("language", "method", "ref");
    private static final Set<String> ASK_FOR_EXPRESSION = Set.of(
            "setBody", "setHeader", "setProperty", "setVariable", "filter", "split", "transform", "validate", "when");
    private static final Set<String> FORMATTERS = Set.of("marshal", "unmarshal");
    private static final Set<String> NO_FORMATS = Set.of(
            "id", "description", "note", "disabled", "variableSend", "variableReceive", "allowNullBody", "custom");

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .forEach(element -> check(element, report));
    }

    private static void check(Routes.Element element, Report report) {
        if (FORMATTERS.contains(element.kind())) {
            element.node().entries().stream()
                    .filter(entry -> !NO_FORMATS.contains(entry.name()))
                    .forEach(entry -> checkFormat(entry, report));
        } else if (element.kind().equals("expression") && element.node().isMapping()) {
            checkLanguages(element.node(), report);
        } else if (ASK_FOR_EXPRESSION.contains(element.kind()) && element.node().isMapping()) {
            checkLanguages(element.node(), report);
            boolean asks = element.node().entries().stream()
                    .noneMatch(entry ->
                            entry.name().equals("expression") || CanonicalForm.LANGUAGES.contains(entry.name()));
            if (asks) {
                report.add(element.key(), element.kind() + " lacks its expression");
            }
        }
    }

    private static void checkFormat(YamlNode.Entry format, Report report) {
        String library = format.value().text("library");
        String name = !format.name().equals("json")
                ? format.name()
                : library.isEmpty() ? "jackson" : library.toLowerCase(Locale.ROOT);
        if (!InstalledCatalog.isInstalled("dataformat", name)) {
            report.add(format.key(), "the data format " + name + " is no part of this gateway: add it to pom.xml");
        }
    }

    private static void checkLanguages(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            boolean language = CanonicalForm.LANGUAGES.contains(entry.name()) && !ALWAYS_THERE.contains(entry.name());
            if (language && !InstalledCatalog.isInstalled("language", entry.name())) {
                report.add(
                        entry.key(), "the language " + entry.name() + " is no part of this gateway: add it to pom.xml");
            }
        }
    }
}
