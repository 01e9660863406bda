package io.github.eventgateway.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every {@code direct:} that is called is consumed, once, and every one that is consumed is called. */
final class DirectEndpoints implements Rule {

    private static final String SCHEME = "direct:";

    /** A place in a file. */
    private record Place(Object file, int line) {

        static Place of(YamlNode node) {
            return new Place(node.file(), node.line());
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        Map<String, YamlNode> consumers = new HashMap<>();
        Set<Place> places = new HashSet<>();
        for (Routes.Endpoint endpoint : routes.endpoints()) {
            if (endpoint.consumer() && endpoint.uri().startsWith(SCHEME)) {
                places.add(Place.of(endpoint.at()));
                if (consumers.putIfAbsent(endpoint.uri(), endpoint.at()) != null) {
                    report.add(endpoint.at(), endpoint.uri() + " has two consumers; give one of them another name");
                }
            }
        }
        List<YamlNode> calls = routes.files().stream()
                .flatMap(YamlNode::all)
                .filter(node -> node.text().startsWith(SCHEME) && !places.contains(Place.of(node)))
                .toList();
        Set<String> called = new HashSet<>();
        for (YamlNode call : calls) {
            called.add(call.text());
            if (!consumers.containsKey(call.text())) {
                report.add(call, call.text() + " has no consumer; a request to it would hang");
            }
        }
        consumers.forEach((uri, at) -> {
            if (!called.contains(uri)) {
                report.add(at, uri + " is called by nobody");
            }
        });
    }
}
