package io.github.eventgateway.tools.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that every called {@code direct:} endpoint has exactly one consumer, and that every consumed one is called.
 */
final class DirectEndpoints implements Rule {

    private static final String SCHEME = "direct:";
    private static final Pattern PARAMETER = Pattern.compile("direct:\\{\\{(\\w+)}}");

    private final RouteSettings settings;

    DirectEndpoints(RouteSettings settings) {
        this.settings = settings;
    }

    /** A place in a file. */
    private record Spot(Object file, int line) {

        static Spot of(YamlNode node) {
            return new Spot(node.file(), node.line());
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, YamlNode> consumers = new HashMap<>();
        Set<Spot> spots = new HashSet<>();
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (endpoint.consumer() && endpoint.uri().startsWith(SCHEME)) {
                spots.add(Spot.of(endpoint.at()));
                if (endpoint.uri().contains("{{")) {
                    continue;
                }
                YamlNode first = consumers.putIfAbsent(name(endpoint.uri()), endpoint.at());
                if (first != null) {
                    report.add(
                            endpoint.at(),
                            name(endpoint.uri()) + " has a consumer already, in "
                                    + first.file().getFileName() + ":" + first.line()
                                    + "; give one of them another name");
                }
            }
        }
        ofTemplates(routes, true).forEach(consumer -> consumers.putIfAbsent(consumer.name(), consumer.at()));
        Set<String> called = new HashSet<>();
        calls(routes, spots).forEach(call -> {
            called.add(call.name());
            if (!consumers.containsKey(call.name())) {
                String nearest = Nearest.to(call.name(), consumers.keySet());
                called.add(nearest);
                report.add(
                        call.at(),
                        call.name() + " has no consumer: no route reads from it, and a request would hang",
                        nearest);
            }
        });
        consumers.forEach((name, at) -> {
            if (!called.contains(name)) {
                report.warn(at, name + " is never called");
            }
        });
    }

    private record Call(YamlNode at, String name) {}

    private Stream<Call> calls(Routes routes, Set<Spot> spots) {
        Stream<Call> inTexts = routes.files().stream()
                .flatMap(YamlNode::all)
                .filter(node ->
                        node.text().startsWith(SCHEME) && !node.text().contains(",") && !spots.contains(Spot.of(node)))
                .map(node -> new Call(node, name(node.text())));
        Stream<Call> byParameters = routes.endpoints().stream()
                .filter(endpoint -> !endpoint.consumer() && endpoint.at().text().equals("direct"))
                .map(endpoint -> new Call(endpoint.at(), name(endpoint.uri())));
        return Stream.of(inTexts, byParameters, computed(routes), ofTemplates(routes, false))
                .flatMap(calls -> calls)
                .filter(call -> !call.name().contains("{{"));
    }

    /** Returns the routes in a list of endpoints. */
    private Stream<Call> computed(Routes routes) {
        return routes.steps().stream()
                .filter(step -> step.node().get("uri").isEmpty() && !step.node().isScalar())
                .flatMap(step -> {
                    YamlNode at = Written.of(step.node()).map(Written::at).orElse(step.key());
                    return new Step(step.kind(), step.key(), step.node(), List.of())
                            .calls(settings).stream()
                                    .filter(uri -> uri.startsWith(SCHEME) && !uri.contains("${"))
                                    .map(uri -> new Call(at, uri));
                });
    }

    /** Returns the endpoint that a template parameter names, with the value of one use. */
    private static Stream<Call> ofTemplates(Routes routes, boolean consumer) {
        return routes.routes().stream()
                .flatMap(route -> routes.templatedRoutes(route).stream().flatMap(use -> Routes.endpoints(route.node())
                        .filter(endpoint -> endpoint.consumer() == consumer)
                        .map(endpoint -> PARAMETER.matcher(endpoint.uri()))
                        .filter(Matcher::matches)
                        .map(named -> new Call(
                                Routes.given(use, named.group(1)),
                                name(Routes.filled(named.group(), routes.values(route, use)))))));
    }

    private static String name(String uri) {
        return uri.replaceFirst("\\?.*", "");
    }

    @Override
    public boolean isAcrossFiles() {
        return true;
    }
}
