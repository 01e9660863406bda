package io.github.eventgateway.tools.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that every placeholder is a setting or a parameter of its template. A default value must not hide a misspelt
 * name.
 */
final class Placeholders implements Rule {

    private static final Pattern BRACES = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{properties:([\\w.-]+)(:[^{}]*)?}");
    /** The prefixes of the gateway, Camel and Spring. An unknown name with one of them is a mistake. */
    private static final Pattern OURS = Pattern.compile("(gateway|camel|spring|server|management|logging)\\..*");

    /** A variable of the operating system or of Java, without a default. */
    private static final Pattern VARIABLE = Pattern.compile("\\s*(env|sys):([^:{}]+?)\\s*");

    private static final int FEW_CHANGES = 2;
    private static final int LONG_ENOUGH = 8;

    private final RouteSettings settings;

    Placeholders(RouteSettings settings) {
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

    /** @param hasDefault whether it has a default for a missing setting */
    private record Named(String name, boolean hasDefault) {}

    /** Returns whether it names a variable that is not set here. */
    private static boolean isUnset(String inside) {
        Matcher variable = VARIABLE.matcher(inside);
        return variable.matches()
                && (variable.group(1).equals("env")
                                ? System.getenv(variable.group(2))
                                : System.getProperty(variable.group(2)))
                        == null;
    }

    private void check(YamlNode node, Set<String> parameters, Report report) {
        BRACES.matcher(node.text())
                .results()
                .map(found -> found.group(1))
                .filter(Placeholders::isUnset)
                .forEach(inside -> report.warn(
                        node.place(inside),
                        "{{" + inside + "}} has no value here, and without one the gateway does not start: write a"
                                + " default, such as {{" + inside.strip() + ":x}}",
                        ""));
        Stream.concat(inBraces(node.text()).stream(), inFunctions(node.text()))
                .filter(one -> !settings.has(one.name()) && !parameters.contains(one.name()))
                .forEach(one -> {
                    if (one.hasDefault()) {
                        checkHidden(node, one.name(), parameters, report);
                    } else {
                        report.add(
                                node.place(one.name()),
                                "the placeholder {{" + one.name() + "}} has no value in application.yaml",
                                Nearest.to(one.name(), names(parameters)));
                    }
                });
    }

    private static Stream<Named> inFunctions(String text) {
        return FUNCTION.matcher(text).results().map(found -> new Named(found.group(1), found.group(2) != null));
    }

    /** Returns the placeholders in double braces, including those in the default of another one. */
    private static List<Named> inBraces(String text) {
        List<Named> found = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int at = 0; at + 1 < text.length(); at++) {
            if (text.startsWith("{{", at)) {
                open.push(at + 2);
                at++;
            } else if (text.startsWith("}}", at) && !open.isEmpty()) {
                found.addAll(named(text.substring(open.pop(), at)));
                at++;
            }
        }
        return found;
    }

    /** Returns the placeholder between the braces; empty if its name is computed. */
    private static List<Named> named(String inside) {
        int colon = inside.indexOf(':');
        String name = (colon < 0 ? inside : inside.substring(0, colon)).strip().replaceFirst("^[?!]", "");
        return name.isEmpty() || name.contains("{") ? List.of() : List.of(new Named(name, colon >= 0));
    }

    /** A misspelt name with a default would stay unnoticed. */
    private void checkHidden(YamlNode node, String name, Set<String> parameters, Report report) {
        Set<String> names = names(parameters);
        String nearest = Optional.of(Nearest.to(name, names))
                .filter(near -> !near.isEmpty())
                .orElseGet(() -> Nearest.to(name, SettingNames.ofLibraries()));
        boolean misspelt = OURS.matcher(name).matches()
                ? !SettingNames.isKnown(name)
                : name.length() >= LONG_ENOUGH
                        && !nearest.isEmpty()
                        && OURS.matcher(nearest).matches()
                        && Nearest.distance(name, nearest) <= FEW_CHANGES;
        if (misspelt) {
            report.add(
                    node.place(name),
                    "the placeholder {{" + name
                            + "}} has no value in application.yaml, so it always has its default: "
                            + "correct its name, or add it there",
                    nearest);
        }
    }
}
