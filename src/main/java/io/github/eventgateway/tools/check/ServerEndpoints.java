package io.github.eventgateway.tools.check;

import java.util.List;
import java.util.Set;

/** Checks that requests enter only by REST verbs, for which the gateway handles tokens, limits and errors. */
final class ServerEndpoints implements Rule {

    private static final Set<String> SERVERS = Set.of(
            "platform-http",
            "rest",
            "rest-openapi",
            "servlet",
            "jetty",
            "undertow",
            "netty",
            "netty-http",
            "vertx-http",
            "vertx-websocket",
            "websocket",
            "atmosphere-websocket",
            "grpc",
            "cxf",
            "cxfrs",
            "spring-ws",
            "webhook",
            "coap",
            "coaps",
            "coap+tcp",
            "coaps+tcp",
            "mina",
            "mllp",
            "as2",
            "knative");

    private final RouteSettings settings;

    ServerEndpoints(RouteSettings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.steps().stream()
                .filter(step -> Set.of("poll", "pollEnrich").contains(step.kind()))
                .map(step -> new Step(step.kind(), step.key(), step.node(), List.of()))
                .forEach(step -> step.calls(settings).stream()
                        .map(uri -> uri.replaceFirst(":.*", ""))
                        .filter(SERVERS::contains)
                        .forEach(scheme -> report.add(
                                step.key(),
                                "a route from " + scheme
                                        + " is open to anyone: write a REST verb under - rest: with security")));
        for (Routes.Element route : routes.routes()) {
            routes.consumer(route).ifPresent(from -> {
                String scheme = settings.resolve(from.uri()).replaceFirst("[:?].*", "");
                if (SERVERS.contains(scheme)) {
                    report.add(
                            from.at(),
                            "a route from " + scheme
                                    + " is open to everyone, because nothing checks the tokens of its "
                                    + "callers: write a REST verb under - rest: with security "
                                    + "that calls a direct: route");
                }
            });
        }
    }
}
