package io.github.eventgateway.tools.check;

import java.util.stream.Stream;

/** Checks that no path opens a proxy, and that none ends with a slash, because callers do not send it. */
final class HttpPaths implements Rule {

    @Override
    public void check(Routes routes, Report report) {
        for (Routes.Verb verb : routes.verbs()) {
            YamlNode node = verb.element().node();
            if (isProxy(verb.path())) {
                report.add(node, "a path that begins with proxy is an open proxy in camel-platform-http");
            }
            node.get("path")
                    .filter(path -> path.text().equals("/"))
                    .ifPresent(path -> report.add(path, "path / matches only with a slash at the end; leave it out"));
        }
        Stream<Routes.Endpoint> served =
                routes.endpoints().stream().filter(endpoint -> endpoint.scheme().equals("platform-http"));
        served.filter(endpoint -> isProxy(path(endpoint)))
                .forEach(endpoint -> report.add(
                        endpoint.at(), "a path that begins with proxy is an open proxy in camel-platform-http"));
    }

    /** Returns the path of an endpoint, which may be among its parameters. */
    private static String path(Routes.Endpoint endpoint) {
        String inUri = endpoint.uri().replaceFirst("^platform-http:?", "");
        return inUri.isEmpty() ? endpoint.parameter("path") : inUri;
    }

    private static boolean isProxy(String path) {
        return path.replaceFirst("^/+", "").startsWith("proxy");
    }
}
