package io.github.eventgateway.tools.check;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.support.PatternHelper;

/** Checks that Camel knows every header and property whose name begins with Camel, because it ignores others. */
final class CamelHeaders implements Rule {

    private static final Set<String> NAMED_BY_NAME =
            Set.of("setHeader", "removeHeader", "setProperty", "removeProperty", "convertHeaderTo");
    private static final Set<String> REMOVED_BY_PATTERN = Set.of("removeHeaders", "removeProperties");
    private static final Set<String> LANGUAGES = Set.of("header", "exchangeProperty");
    private static final Pattern IN_TEXT = Pattern.compile(
            "(?:\\$(?:simple)?\\{(?:in\\.)?(?:headers?|exchangeProperty)(?:\\??\\.(?:get|getOrDefault|containsKey)\\(|As\\(|[.:]|\\??\\.?\\[|\\?\\.)"
                    + "|[gs]et(?:Header|Property)\\()\\s*['\"]?([A-Za-z][\\w-]+)");
    private static final Pattern ALTERNATIVES = Pattern.compile("\\(?[\\w.*]+(\\|[\\w.*]+)+\\)?");
    private static final Pattern BEGINS_WITH_CAMEL = Pattern.compile("^\\W*Camel");
    private static final Pattern BEGINS_LIKE_CAMEL = Pattern.compile("[Cc][A-Za-z]{3,5}[A-Z]\\w{3,}");
    private static final int FEW_CHANGES = 2;

    private final CamelCatalog catalog;
    private final Set<String> known;

    /** The headers of components that are not installed, read at the first use. */
    private volatile Set<String> others;

    CamelHeaders(CamelCatalog catalog) {
        this.catalog = catalog;
        known = Stream.of(
                        Arrays.stream(Exchange.class.getFields())
                                .filter(field ->
                                        Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                                .map(CamelHeaders::value),
                        Arrays.stream(ExchangePropertyKey.values()).map(ExchangePropertyKey::getName),
                        headers(catalog, true))
                .flatMap(names -> names)
                .filter(name -> name.startsWith("Camel"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String value(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the headers of the installed components, or of the others. */
    private static Stream<String> headers(CamelCatalog catalog, boolean installed) {
        return catalog.findComponentNames().stream()
                .filter(name -> InstalledCatalog.isInstalled("component", name) == installed)
                .flatMap(name -> catalog.componentModel(name).getEndpointHeaders().stream())
                .map(header -> header.getName());
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.files().stream().flatMap(YamlNode::all).flatMap(Routes::elements).forEach(element -> {
            named(element).forEach(name -> check(name, name.text(), report));
            patterns(element).forEach(pattern -> checkPattern(pattern, report));
        });
        Texts.of(routes).forEach(text -> {
            Matcher found = IN_TEXT.matcher(text.text());
            while (found.find()) {
                check(text, found.group(1), report);
            }
        });
    }

    private static Stream<YamlNode> named(Routes.Element element) {
        YamlNode node = element.node();
        return switch (element.kind()) {
            case "setHeaders" ->
                node.get("headers").stream()
                        .flatMap(headers -> headers.items().stream())
                        .flatMap(header -> header.get("name").stream());
            case "language" ->
                LANGUAGES.contains(node.text("language")) ? node.get("expression").stream() : Stream.empty();
            case "header", "exchangeProperty" -> node.isScalar() ? Stream.of(node) : node.get("expression").stream();
            default -> NAMED_BY_NAME.contains(element.kind()) ? node.get("name").stream() : Stream.empty();
        };
    }

    private static Stream<YamlNode> patterns(Routes.Element element) {
        return REMOVED_BY_PATTERN.contains(element.kind())
                ? Stream.of("pattern", "excludePattern").flatMap(field -> element.node().get(field).stream())
                : Stream.empty();
    }

    /** A pattern is a name, a beginning with an asterisk, or a regular expression, which may have alternatives. */
    private void checkPattern(YamlNode pattern, Report report) {
        String text = pattern.text();
        for (String part : ALTERNATIVES.matcher(text).matches() ? text.split("[|()]") : new String[] {text}) {
            boolean wrong = BEGINS_WITH_CAMEL.matcher(part).find() ? !matchesAny(part) : isMisspelt(part);
            if (wrong && !part.contains("{{")) {
                report.add(pattern.place(part), "Camel does not know the header " + part, Nearest.to(part, known));
            }
        }
    }

    private boolean matchesAny(String pattern) {
        return Stream.concat(known.stream(), others().stream())
                .anyMatch(name -> PatternHelper.matchPattern(name, pattern));
    }

    private void check(YamlNode at, String name, Report report) {
        if (name.contains("{")) {
            return;
        }
        boolean wrong = name.startsWith("Camel") ? !isKnown(name) : isMisspelt(name);
        if (wrong) {
            report.add(at.place(name), "Camel does not know the header " + name, Nearest.to(name, known));
        }
    }

    private boolean isKnown(String name) {
        return known.stream().anyMatch(name::equalsIgnoreCase)
                || others().stream().anyMatch(name::equalsIgnoreCase);
    }

    private Set<String> others() {
        if (others == null) {
            others = headers(catalog, false).collect(Collectors.toUnmodifiableSet());
        }
        return others;
    }

    /** Returns whether it would be a Camel header with another prefix. */
    private boolean isMisspelt(String name) {
        if (!BEGINS_LIKE_CAMEL.matcher(name).matches() || known.stream().anyMatch(name::equalsIgnoreCase)) {
            return false;
        }
        return known.stream().anyMatch(one -> Nearest.distance(name, one) <= FEW_CHANGES);
    }
}
