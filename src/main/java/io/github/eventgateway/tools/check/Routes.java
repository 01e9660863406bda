package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All route files of a folder and their content. Immutable. */
public final class Routes {

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");
    private static final Set<String> CONSUMERS = Set.of("from", "poll", "pollEnrich");

    private static final List<String> INTERCEPTORS = List.of("intercept", "interceptFrom", "interceptSendToEndpoint");

    private static final Set<String> IN_ONE_LINE = Set.of("from", "to", "toD", "wireTap", "poll");
    /** The parameters that form the path of a URI. */
    private static final Map<String, String> PATHS = Map.of(
            "direct", "name",
            "seda", "name",
            "stub", "name",
            "kafka", "topic",
            "bean", "beanName",
            "jdbc", "dataSourceName",
            "platform-http", "path");

    private final Path folder;
    private final List<YamlNode> files;
    private final List<Element> top;
    private final List<Element> routes;
    private final List<Element> steps;
    private final List<Endpoint> endpoints;
    private final Map<Object, Element> templates = new IdentityHashMap<>();
    private final Map<RouteSettings, CalledRoutes> called = new ConcurrentHashMap<>();

    Routes(Path folder, List<YamlNode> files) {
        this.folder = folder;
        this.files = files;
        top = files.stream()
                .flatMap(file -> file.items().stream())
                .flatMap(Routes::elements)
                .toList();
        routes = files.stream()
                .flatMap(file -> file.items().stream())
                .flatMap(item -> elements(item).flatMap(element -> routes(element, item)))
                .toList();
        steps = files.stream().flatMap(Routes::steps).toList();
        endpoints = files.stream().flatMap(Routes::endpoints).toList();
        top("routeTemplate").forEach(template -> routes(template, template.node())
                .forEach(route -> templates.putIfAbsent(route.node().identity(), template)));
    }

    /**
     * An element of a mapping or list.
     *
     * @param kind the name of the element
     * @param key the name as a node, for its line
     * @param node the value
     */
    public record Element(String kind, YamlNode key, YamlNode node) {

        public String id() {
            return node.text("id");
        }
    }

    /**
     * A verb of the REST DSL.
     *
     * @param path its complete path
     */
    record Verb(Element element, String path) {}

    /**
     * An endpoint that a route reads from or writes to.
     *
     * @param consumer true if the route reads from it
     */
    record Endpoint(boolean consumer, YamlNode at, String uri, Optional<YamlNode> parameters) {

        String scheme() {
            int colon = uri.indexOf(':');
            return colon < 0 ? uri : uri.substring(0, colon);
        }

        String parameter(String name) {
            return parameters.map(all -> all.text(name)).orElse("");
        }

        List<YamlNode.Entry> options() {
            return parameters.map(YamlNode::entries).orElse(List.of());
        }

        /** Returns the value of an option; the URI without this option. */
        YamlNode option(String name) {
            return parameters.flatMap(all -> all.get(name)).orElse(at);
        }

        /** Returns the name of an option as a node; the URI without this option. */
        YamlNode optionKey(String name) {
            return options().stream()
                    .filter(entry -> entry.name().equals(name))
                    .map(YamlNode.Entry::key)
                    .findFirst()
                    .orElse(at);
        }
    }

    Path folder() {
        return folder;
    }

    /** Returns the documents of all files. */
    List<YamlNode> files() {
        return files;
    }

    /** Returns the top-level elements of all files. */
    List<Element> top() {
        return top;
    }

    /** Returns the top-level elements of one kind. */
    List<Element> top(String kind) {
        return top.stream().filter(element -> element.kind().equals(kind)).toList();
    }

    /** Returns all routes, including those in templates. */
    public List<Element> routes() {
        return routes;
    }

    /** Returns the routes of an element. A bare {@code from} is a route with the fields of the mapping around it. */
    private static Stream<Element> routes(Element element, YamlNode around) {
        return switch (element.kind()) {
            case "route" -> Stream.of(element);
            case "from" -> Stream.of(new Element("from", element.key(), around));
            case "routeTemplate" -> elements(element.node()).flatMap(below -> routes(below, element.node()));
            default -> Stream.empty();
        };
    }

    /** Returns whether this parameter forms the path of the endpoint's URI. */
    static boolean isPath(Endpoint endpoint, String parameter) {
        return parameter.equals(PATHS.get(endpoint.at().text()));
    }

    /** Returns all steps of routes and error policies in the order of the files. */
    public List<Element> steps() {
        return steps;
    }

    /** Returns the steps below a node. */
    public static Stream<Element> steps(YamlNode below) {
        return below.all()
                .flatMap(node -> node.get("steps").stream())
                .flatMap(steps -> steps.items().stream())
                .flatMap(Routes::elements);
    }

    /** Returns the {@code onException} clauses of all error policies. */
    public List<Element> failures() {
        return top("routeConfiguration").stream().flatMap(Routes::failures).toList();
    }

    /** Returns the {@code onException} clauses of one error policy. */
    static Stream<Element> failures(Element configuration) {
        return clauses(configuration, "onException");
    }

    /** Returns the interceptors of one error policy. */
    static Stream<Element> interceptors(Element configuration) {
        return INTERCEPTORS.stream().flatMap(kind -> clauses(configuration, kind));
    }

    /** Returns the clauses of one kind of an error policy. */
    static Stream<Element> clauses(Element configuration, String kind) {
        return configuration.node().get(kind).stream()
                .flatMap(list -> list.items().stream())
                .flatMap(Routes::elements);
    }

    /**
     * Returns the parameters of a route: for a template route those of each use, for another route a single empty map.
     */
    List<Map<String, String>> uses(Element route) {
        return template(route).isEmpty()
                ? List.of(Map.of())
                : templatedRoutes(route).stream().map(use -> values(route, use)).toList();
    }

    /** Returns the uses of the template of a route; empty if it is not in a template. */
    List<Element> templatedRoutes(Element route) {
        return template(route).stream()
                .flatMap(template -> top("templatedRoute").stream()
                        .filter(use -> use.node().text("routeTemplateRef").equals(template.id())))
                .toList();
    }

    /** Returns the parameters of one use of the template of this route. */
    Map<String, String> values(Element route, Element use) {
        Map<String, String> values = new HashMap<>();
        template(route).stream()
                .flatMap(template -> parameters(template).stream())
                .forEach(one -> values.put(one.text("name"), one.text("defaultValue")));
        parameters(use).forEach(one -> values.put(one.text("name"), one.text("value")));
        return values;
    }

    private Optional<Element> template(Element route) {
        return Optional.ofNullable(templates.get(route.node().identity()));
    }

    /** Returns where a use of a template gives this parameter; the use itself if it does not. */
    static YamlNode given(Element use, String parameter) {
        return parameters(use).stream()
                .filter(one -> one.text("name").equals(parameter))
                .flatMap(one -> one.get("value").stream())
                .findFirst()
                .orElse(use.key());
    }

    private static List<YamlNode> parameters(Element element) {
        return element.node().get("parameters").map(YamlNode::items).orElse(List.of());
    }

    /**
     * Returns the {@code routeConfigurationId} of a route with resolved placeholders: for a template route that of each
     * use.
     */
    Set<String> policies(Element route, RouteSettings settings) {
        String ids = route.node().text("routeConfigurationId");
        List<Map<String, String>> uses = uses(route);
        return (uses.isEmpty() ? List.of(Map.<String, String>of()) : uses)
                .stream()
                        .map(values -> settings.resolve(filled(ids, values)).strip())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * The Kafka input of a route with resolved placeholders.
     *
     * @param from the endpoint
     * @param topics the topic, or several separated by commas
     * @param group the consumer group
     */
    record Consumption(Endpoint from, String topics, String group) {}

    /** Returns the Kafka inputs of a route: for a template route one for each use. */
    List<Consumption> consumptions(Element route, RouteSettings settings) {
        return uses(route).stream()
                .flatMap(values -> consumption(route, values, settings).stream())
                .toList();
    }

    /** Returns the Kafka input of a route with these parameters. */
    Optional<Consumption> consumption(Element route, Map<String, String> values, RouteSettings settings) {
        return consumer(route).filter(from -> from.scheme().equals("kafka")).map(from -> {
            String uri = settings.resolve(filled(from.uri(), values));
            String topics = uri.substring("kafka:".length()).replaceFirst("\\?.*", "");
            return new Consumption(from, topics, settings.resolve(filled(from.parameter("groupId"), values)));
        });
    }

    /** Returns the text with these values for the template parameters. */
    static String filled(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        return filled;
    }

    /** Returns the input of a route. */
    Optional<Endpoint> consumer(Element route) {
        return elements(route.node())
                .filter(element -> element.kind().equals("from"))
                .filter(hasUri())
                .map(Routes::endpoint)
                .findFirst();
    }

    List<Verb> verbs() {
        return top("rest").stream().flatMap(Routes::verbs).toList();
    }

    private static Stream<Verb> verbs(Element rest) {
        return rest.node().entries().stream()
                .filter(entry -> VERBS.contains(entry.name()))
                .flatMap(entry -> entry.value().items().stream()
                        .map(verb -> new Verb(
                                new Element(entry.name(), entry.key(), verb),
                                rest.node().text("path") + verb.text("path"))));
    }

    /** Returns all endpoints with parameters. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Returns the routes with their calls. The rules of a check share it. */
    CalledRoutes called(RouteSettings settings) {
        return called.computeIfAbsent(settings, key -> new CalledRoutes(this, key));
    }

    /** Returns the endpoints below a node. */
    static Stream<Endpoint> endpoints(YamlNode below) {
        return below.all().flatMap(Routes::elements).filter(hasUri()).map(Routes::endpoint);
    }

    /** Returns the endpoint of a step itself, without those of its inner steps. */
    static Stream<Endpoint> endpoints(Element step) {
        return Stream.of(step).filter(hasUri()).map(Routes::endpoint);
    }

    private static Endpoint endpoint(Element element) {
        YamlNode uri = element.node().get("uri").orElse(element.node());
        return new Endpoint(
                CONSUMERS.contains(element.kind()),
                uri,
                uri.isAt(element.node()) ? uri.text() : uri(element.node()),
                element.node().get("parameters").filter(YamlNode::isMapping));
    }

    /** Returns the URI of an endpoint. Its path may be among the parameters, as visual editors write it. */
    static String uri(YamlNode endpoint) {
        String uri = endpoint.text("uri");
        Optional<String> path = Optional.ofNullable(PATHS.get(uri))
                .flatMap(name -> endpoint.get("parameters").flatMap(parameters -> parameters.get(name)))
                .map(YamlNode::text);
        return path.map(name -> uri + ":" + name).orElse(uri);
    }

    private static Predicate<Element> hasUri() {
        return element -> !element.kind().equals("parameters")
                && (element.node().get("uri").isPresent()
                        || IN_ONE_LINE.contains(element.kind())
                                && element.node().text().contains(":"));
    }

    /** Returns the entries of a mapping. */
    static Stream<Element> elements(YamlNode mapping) {
        return mapping.entries().stream().map(entry -> new Element(entry.name(), entry.key(), entry.value()));
    }
}
