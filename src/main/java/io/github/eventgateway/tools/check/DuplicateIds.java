package io.github.eventgateway.tools.check;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checks that every id is unique in all files: of two routes with one id, one disappears. A REST verb is a route too.
 */
final class DuplicateIds implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        Stream<YamlNode> routeIds = Stream.of(
                        routes.top("route").stream().flatMap(route -> route.node().get("id").stream()),
                        ids(routes.verbs().stream().map(Routes.Verb::element)),
                        routes.top("templatedRoute").stream().flatMap(route -> route.node().get("routeId").stream()))
                .flatMap(ids -> ids);
        check("route id", routeIds, report);
        check("template id", ids(routes.top("routeTemplate").stream()), report);
        check("route configuration id", ids(routes.top("routeConfiguration").stream()), report);
        check("REST id", ids(routes.top("rest").stream()), report);
        Stream<Routes.Element> entries = routes.routes().stream()
                .flatMap(route -> Routes.elements(route.node()))
                .filter(element -> element.kind().equals("from"));
        check("step id", ids(Stream.concat(entries, routes.steps().stream())), report);
    }

    private static Stream<YamlNode> ids(Stream<Routes.Element> elements) {
        return elements.flatMap(element -> element.node().get("id").stream());
    }

    private static void check(String what, Stream<YamlNode> ids, Report report) {
        Map<String, YamlNode> seen = new HashMap<>();
        ids.sorted(Comparator.comparing(YamlNode::file).thenComparing(YamlNode::line))
                .forEach(id -> {
                    YamlNode first = seen.putIfAbsent(id.text(), id);
                    if (first != null) {
                        report.add(
                                id,
                                "the " + what + " " + id.text() + " is already in "
                                        + first.file().getFileName() + ":" + first.line()
                                        + "; one of the two would disappear");
                    }
                });
    }
}
