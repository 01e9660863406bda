package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.Words;
import io.github.eventgateway.event.Topic;
import io.github.eventgateway.kafka.Located;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;

/**
 * Checks the event types, topics, consumer groups and routes that a route passes to a bean method: they exist and
 * belong to the route. A method with the name of another type selects nothing, and one with another group takes the
 * replays of that group.
 */
final class EventArguments implements Rule {

    /** Arguments that Camel does not pass as a text. It passes others as a text, with or without quotes. */
    private static final Set<String> NO_TEXTS = Set.of("*", "null");

    private static final String TYPE = "\\$\\{(?:body|exchangeProperty\\.event)(?:\\.type|\\[\\s*'?type'?\\s*])}";
    private static final Pattern COMPARED = Pattern.compile(TYPE
            + "\\s*(?:==|=~|!=|!=~|in|!in)\\s*(?:'(?<a>[^'$]*)'|\"(?<b>[^\"$]*)\")|(?:'(?<c>[^'$]*)'|\"(?<d>[^\"$]*)\")\\s*(?:==|=~|!=|!=~)\\s*"
            + TYPE
            + "|[@$](?:\\.type|\\['type'])\\s*(?:==|!=)\\s*(?:'(?<e>[^'$]*)'|\"(?<f>[^\"$]*)\")");
    /** A comparison with a part of the name. */
    private static final Pattern COMPARED_IN_PART = Pattern.compile(
            TYPE + "\\s*!?(?<operator>contains|starts ?[wW]ith|ends ?[wW]ith)\\s*(?:'(?<a>[^'$]*)'|\"(?<b>[^\"$]*)\")");

    private final Beans beans;
    private final RouteSettings settings;
    private final Catalogue catalogue;

    EventArguments(Beans beans, RouteSettings settings, Catalogue catalogue) {
        this.beans = beans;
        this.settings = settings;
        this.catalogue = catalogue;
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }

    /** The permitted values: the topics and groups of the consumers that reach the route; all if there are none. */
    private record Scope(Set<String> topics, Set<String> groups, Set<String> routes) {

        static Scope of(List<Routes.Consumption> sources, Set<String> routes) {
            return new Scope(
                    sources.stream()
                            .flatMap(one -> Arrays.stream(one.topics().split(",")))
                            .collect(Collectors.toSet()),
                    sources.stream().map(Routes.Consumption::group).collect(Collectors.toSet()),
                    routes);
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        KnownBeans known = new KnownBeans(beans, routes);
        CalledRoutes called = routes.called(settings);
        Set<String> ids = Stream.concat(
                        routes.routes().stream().map(Routes.Element::id),
                        routes.top("templatedRoute").stream()
                                .map(use -> use.node().text("routeId")))
                .collect(Collectors.toSet());
        Map<CalledRoutes.Route, List<Routes.Consumption>> sources = sources(called, routes);
        for (CalledRoutes.Route route : called.all()) {
            Scope scope = Scope.of(sources.getOrDefault(route, List.of()), ids);
            for (Map.Entry<Map<String, String>, List<YamlNode>> use :
                    given(route.element(), routes).entrySet()) {
                Map<String, String> values = use.getKey();
                Scope own = routes.consumption(route.element(), values, settings)
                        .map(one -> Scope.of(List.of(one), ids))
                        .orElse(scope);
                BeanCall.below(route.element().node(), values, settings).forEach(call -> known.type(call)
                        .ifPresent(type -> check(call, type, own, use.getValue(), report)));
            }
            if (!scope.topics().isEmpty()) {
                Texts.below(route.element().node()).forEach(text -> checkComparisons(text, scope, report));
            }
        }
    }

    /** Returns the parameters of a route, each with the place where a use of its template sets them. */
    private static Map<Map<String, String>, List<YamlNode>> given(Routes.Element route, Routes routes) {
        Map<Map<String, String>, List<YamlNode>> given = new LinkedHashMap<>();
        routes.uses(route).forEach(values -> given.put(values, List.of()));
        routes.templatedRoutes(route)
                .forEach(use ->
                        given.put(routes.values(route, use), use.node().all().toList()));
        return given;
    }

    /** Returns the place of the value: in the call itself, or in a parameter of the template. */
    private static YamlNode written(YamlNode call, String text, List<YamlNode> given) {
        return Stream.concat(Stream.of(call), given.stream())
                .filter(node -> node.text().contains(text))
                .findFirst()
                .orElse(call);
    }

    /** Returns the inputs of the consumers that reach a route; for a template route only those of the given uses. */
    private Map<CalledRoutes.Route, List<Routes.Consumption>> sources(CalledRoutes called, Routes routes) {
        Map<CalledRoutes.Route, List<Routes.Consumption>> sources = new HashMap<>();
        for (CalledRoutes.Route consumer : called.consumers()) {
            for (Map<String, String> values : routes.uses(consumer.element())) {
                routes.consumption(consumer.element(), values, settings)
                        .ifPresent(read -> called.reached(consumer, values)
                                .forEach(route -> sources.computeIfAbsent(route, key -> new ArrayList<>())
                                        .add(read)));
            }
        }
        return sources;
    }

    private static String types(Matcher compared) {
        return Stream.of("a", "b", "c", "d", "e", "f")
                .map(compared::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    /** Finds comparisons of the type of an event in the simple language. */
    private void checkComparisons(YamlNode text, Scope scope, Report report) {
        Matcher compared = COMPARED.matcher(text.text());
        while (compared.find()) {
            for (String type : settings.resolve(types(compared)).split("\\s*,\\s*")) {
                checkType(text, type, scope, report);
            }
        }
        Matcher inPart = COMPARED_IN_PART.matcher(text.text());
        while (inPart.find()) {
            String part = inPart.group("a") == null ? inPart.group("b") : inPart.group("a");
            checkPart(text, inPart.group("operator"), settings.resolve(part), report);
        }
    }

    private void checkPart(YamlNode text, String operator, String part, Report report) {
        Predicate<String> fits =
                switch (operator.charAt(0)) {
                    case 'c' -> type -> type.contains(part);
                    case 's' -> type -> type.startsWith(part);
                    default -> type -> type.endsWith(part);
                };
        Set<String> types = types();
        if (!types.isEmpty() && types.stream().noneMatch(fits)) {
            report.add(text.place(part), "no event type " + operator + " " + part, Nearest.to(part, types));
        }
    }

    private Set<String> types() {
        return catalogue.topics().stream()
                .flatMap(topic -> topic.types().stream())
                .map(Catalogue.Type::name)
                .collect(Collectors.toSet());
    }

    private void check(BeanCall call, Class<?> type, Scope scope, List<YamlNode> given, Report report) {
        if (!call.hasArguments()) {
            return;
        }
        List<String> arguments = call.arguments();
        call.methods(type).stream()
                .filter(method -> method.getParameterCount() == arguments.size() && isAboutRecords(method))
                .findFirst()
                .ifPresent(method -> check(call, method, arguments, scope, given, report));
    }

    /**
     * Returns whether it takes a batch, or an event of one. Other methods may use the same parameter names for
     * something else.
     */
    private static boolean isAboutRecords(Method method) {
        return Arrays.stream(method.getParameterTypes()).anyMatch(Located.class::isAssignableFrom);
    }

    private void check(
            BeanCall call, Method method, List<String> arguments, Scope scope, List<YamlNode> given, Report report) {
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            String text = arguments.get(i);
            boolean literal = !NO_TEXTS.contains(text) && !text.contains("${") && !text.contains("{{");
            if (literal && parameters[i].getType() == String.class) {
                String value = StringHelper.removeLeadingAndEndingQuotes(text);
                check(written(call.at(), value, given), parameters[i].getName(), value, scope, report);
            }
        }
    }

    private void check(YamlNode at, String parameter, String value, Scope scope, Report report) {
        switch (parameter) {
            case "types" -> Words.of(value).forEach(type -> checkType(at, type, scope, report));
            case "group" -> checkGroup(at, value, scope, report);
            case "topic" -> checkName(at, "topic", value, topics(), report);
            case "route" -> checkName(at, "route", value, scope.routes(), report);
            default -> {}
        }
    }

    private List<String> topics() {
        return catalogue.topics().stream().map(Catalogue.Topic::name).toList();
    }

    private static void checkName(YamlNode at, String what, String name, Collection<String> names, Report report) {
        if (!names.isEmpty() && !names.contains(name)) {
            report.add(at.place(name), "there is no " + what + " " + name, Nearest.to(name, names));
        }
    }

    private void checkType(YamlNode at, String type, Scope scope, Report report) {
        Set<String> all = new TreeSet<>();
        List<String> homes = new ArrayList<>();
        for (Catalogue.Topic topic : catalogue.topics()) {
            for (Catalogue.Type one : topic.types()) {
                all.add(one.name());
                if (one.name().equals(type)) {
                    homes.add(topic.name());
                }
            }
        }
        checkName(at, "event type", type, all, report);
        boolean foreign = !homes.isEmpty()
                && !scope.topics().isEmpty()
                && homes.stream()
                        .noneMatch(home -> scope.topics().contains(home)
                                || scope.topics().contains(home + Topic.DEAD_LETTER_SUFFIX));
        if (foreign) {
            report.add(
                    at.place(type),
                    "the event type " + type + " is not of the topic "
                            + String.join(", ", new TreeSet<>(scope.topics())) + ", which this route reads, but of "
                            + String.join(", ", new LinkedHashSet<>(homes)),
                    "");
        }
    }

    private static void checkGroup(YamlNode at, String group, Scope scope, Report report) {
        boolean known = scope.groups().stream().noneMatch(one -> one.contains("{{"));
        if (known && !scope.groups().isEmpty() && !scope.groups().contains(group)) {
            report.add(
                    at.place(group),
                    group + " is not the consumer group of this route, which is "
                            + String.join(" or ", new TreeSet<>(scope.groups()))
                            + ": its replays would be skipped",
                    Nearest.to(group, scope.groups()));
        }
    }
}
