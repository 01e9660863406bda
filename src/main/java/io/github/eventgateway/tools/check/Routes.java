package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All route files of a folder, and what stands in them. Immutable. */
public final class Routes {

    private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch", "head");
    private static final Set<String> CONSUMERS = Set.of("from", "poll", "pollEnrich");

    private static final Set<String> IN_ONE_LINE = Set.of("from", "to", "toD", "wireTap", "poll");
    /** The parameters that are the path of a URI. */
    private static final Map<String, String> PATHS = Map.of(
            "direct", "name",
            "seda", "name",
            "stub", "name",
            "kafka", "topic",
            "bean", "beanName",
            "jdbc", "dataSourceName");

    private final Path folder;
    private final List<YamlNode> files;

    Routes(Path folder, List<YamlNode> files) {
        this.folder = folder;
        this.files = files;
    }

    /**
     * An element of a mapping or list.
     *
     * @param kind the name that it stands under
     * @param key the name itself, for its line
     * @param node what stands there
     */
    public record Element(String kind, YamlNode key, YamlNode node) {

        public String id() {
            return node.text("id");
        }
    }

    /**
     * A verb of the REST DSL.
     *
     * @param path its whole path
     */
    record Verb(Element element, String path) {}

    /**
     * An endpoint that a route reads from or writes to.
     *
     * @param consumer true if it is read from
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

        /** The value of an option; the URI where there is no such option. */
        YamlNode option(String name) {
            return parameters.flatMap(all -> all.get(name)).orElse(at);
        }

        /** The name of an option where it stands; the URI where it does not. */
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

    /** The documents of all files. */
    List<YamlNode> files() {
        return files;
    }

    /** The elements at the top of all files. */
    List<Element> top() {
        return files.stream()
                .flatMap(file -> file.items().stream())
                .flatMap(Routes::elements)
                .toList();
    }

    /** The elements of one kind at the top of all files. */
    List<Element> top(String kind) {
        return top().stream().filter(element -> element.kind().equals(kind)).toList();
    }

    /** All routes, those of templates too. */
    public List<Element> routes() {
        return files.stream()
                .flatMap(file -> file.items().stream())
                .flatMap(item -> elements(item).flatMap(element -> routes(element, item)))
                .toList();
    }

    /** The routes of an element; a bare {@code from} is one, whose fields are those of its item. */
    private static Stream<Element> routes(Element element, YamlNode item) {
        return switch (element.kind()) {
            case "route" -> Stream.of(element);
            case "from" -> Stream.of(new Element("from", element.key(), item));
            case "routeTemplate" ->
                elements(element.node()).filter(below -> below.kind().equals("route"));
            default -> Stream.empty();
        };
    }

    /** Returns whether this parameter is the path of the endpoint's URI. */
    static boolean isPath(Endpoint endpoint, String parameter) {
        return parameter.equals(PATHS.get(endpoint.at().text()));
    }

    /** All steps of routes and of error policies, in the order of the files. */
    public List<Element> steps() {
        return files.stream().flatMap(Routes::steps).toList();
    }

    /** The steps below a node. */
    public static Stream<Element> steps(YamlNode below) {
        return below.all()
                .flatMap(node -> node.get("steps").stream())
                .flatMap(steps -> steps.items().stream())
                .flatMap(Routes::elements);
    }

    /** The {@code onException} clauses of error policies. */
    public List<Element> failures() {
        return top("routeConfiguration").stream().flatMap(Routes::failures).toList();
    }

    /** The {@code onException} clauses of one error policy. */
    static Stream<Element> failures(Element configuration) {
        return configuration.node().get("onException").stream()
                .flatMap(list -> list.items().stream())
                .flatMap(Routes::elements);
    }

    /** The parameters that a route is made with: of a template's route once for each use, of another once and empty. */
    List<Map<String, String>> uses(Element route) {
        return template(route).isEmpty()
                ? List.of(Map.of())
                : templatedRoutes(route).stream().map(use -> values(route, use)).toList();
    }

    /** The uses of the template that a route stands in; none where it stands in none. */
    List<Element> templatedRoutes(Element route) {
        return template(route).stream()
                .flatMap(template -> top("templatedRoute").stream()
                        .filter(use -> use.node().text("routeTemplateRef").equals(template.id())))
                .toList();
    }

    /** The parameters that a use of the template of this route makes it with. */
    Map<String, String> values(Element route, Element use) {
        Map<String, String> values = new HashMap<>();
        template(route).stream()
                .flatMap(template -> parameters(template).stream())
                .forEach(one -> values.put(one.text("name"), one.text("defaultValue")));
        parameters(use).forEach(one -> values.put(one.text("name"), one.text("value")));
        return values;
    }

    private Optional<Element> template(Element route) {
        return top("routeTemplate").stream()
                .filter(one ->
                        elements(one.node()).anyMatch(below -> below.node().isAt(route.node())))
                .findFirst();
    }

    /** Where a use of a template gives a value for this parameter; the use itself where it gives none. */
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
     * What a route reads from Kafka, with all placeholders that have a value replaced.
     *
     * @param from the endpoint
     * @param topics the topic, or several with commas between them
     * @param group the consumer group
     */
    record Consumption(Endpoint from, String topics, String group) {}

    /** What a route reads from Kafka: of a template's route one for each use. */
    List<Consumption> consumptions(Element route, RouteSettings settings) {
        return uses(route).stream()
                .flatMap(values -> consumption(route, values, settings).stream())
                .toList();
    }

    /** What a route that is made with these parameters reads from Kafka. */
    Optional<Consumption> consumption(Element route, Map<String, String> values, RouteSettings settings) {
        return consumer(route).filter(from -> from.scheme().equals("kafka")).map(from -> {
            String uri = settings.resolve(filled(from.uri(), values));
            String topics = uri.substring("kafka:".length()).replaceFirst("\\?.*", "");
            return new Consumption(from, topics, settings.resolve(filled(from.parameter("groupId"), values)));
        });
    }

    /** The text with these values instead of a template's parameters. */
    static String filled(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        return filled;
    }

    /** What a route reads from. */
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

    /** All endpoints that have parameters of their own. */
    List<Endpoint> endpoints() {
        return files.stream().flatMap(Routes::endpoints).toList();
    }

    /** The endpoints below a node. */
    static Stream<Endpoint> endpoints(YamlNode below) {
        return below.all().flatMap(Routes::elements).filter(hasUri()).map(Routes::endpoint);
    }

    /** The endpoint that a step itself names, without those of the steps below it. */
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

    /** The URI of an endpoint; its path may stand among the parameters, as visual editors write it. */
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

    /** What stands in a mapping. */
    static Stream<Element> elements(YamlNode mapping) {
        return mapping.entries().stream().map(entry -> new Element(entry.name(), entry.key(), entry.value()));
    }
}
