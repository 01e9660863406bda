package io.github.eventgateway.check;

import java.util.Locale;
import java.util.Set;

/** Languages and data formats are parts of this gateway, not of some other Camel application; and none is missing. */
final class Parts implements Rule {

    private static final Set<String> ALWAYS_THERE = Set.of("language", "method", "ref");
    private static final Set<String> FORMATTERS = Set.of("marshal", "unmarshal");
    private static final Set<String> NO_FORMATS = Set.of(
            "id", "description", "note", "disabled", "variableSend", "variableReceive", "allowNullBody", "custom");

    private final Dsl dsl;

    Parts(Dsl dsl) {
        this.dsl = dsl;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .forEach(element -> check(element, report));
    }

    private void check(Routes.Element element, Report report) {
        if (FORMATTERS.contains(element.kind())) {
            element.node().entries().stream()
                    .filter(entry -> !NO_FORMATS.contains(entry.name()))
                    .forEach(entry -> checkFormat(entry, report));
        } else if (element.kind().equals("expression") && element.node().isMapping()) {
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

    private static void checkFormat(YamlNode.Entry format, Report report) {
        String library = format.value().text("library");
        String name = !format.name().equals("json")
                ? format.name()
                : library.isEmpty() ? "jackson" : library.toLowerCase(Locale.ROOT);
        if (!InstalledCatalog.isInstalled("dataformat", name)) {
            report.add(format.key(), "the data format " + name + " is no part of this gateway: add it to pom.xml");
        }
    }

    private void checkLanguages(YamlNode node, Report report) {
        for (YamlNode.Entry entry : node.entries()) {
            boolean language = dsl.isLanguage(entry.name()) && !ALWAYS_THERE.contains(entry.name());
            if (language && !InstalledCatalog.isInstalled("language", entry.name())) {
                report.add(
                        entry.key(), "the language " + entry.name() + " is no part of this gateway: add it to pom.xml");
            }
        }
    }
}
