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

    /** The fields of the REST configuration that name a server. */
    private static final Set<String> SERVER_FIELDS = Set.of("component", "apiComponent");

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
        routes.top("rest").forEach(rest -> checkContract(rest, report));
        routes.top("restConfiguration").forEach(configuration -> checkConfiguration(configuration, report));
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

    private static void checkContract(Routes.Element rest, Report report) {
        Routes.elements(rest.node())
                .filter(element -> element.kind().equals("openApi"))
                .forEach(element -> report.add(
                        element.key(),
                        "the verbs of an OpenAPI file are open to everyone, because the gateway does not know their"
                                + " security: write each verb under - rest: with security"));
    }

    private void checkConfiguration(Routes.Element configuration, Report report) {
        Routes.elements(configuration.node()).forEach(field -> {
            String value = settings.resolve(field.node().text());
            if (SERVER_FIELDS.contains(field.kind()) && !value.equals("platform-http")) {
                report.add(
                        field.node(),
                        "the server " + value + " does not check tokens: remove " + field.kind()
                                + ", and the REST verbs belong to the server of the gateway");
            } else if (field.kind().equals("apiContextPath")) {
                report.add(
                        field.key(),
                        "this contract is open to everyone: remove apiContextPath; the gateway serves its contract by"
                                + " routes/serve-contract.camel.yaml");
            }
        });
    }
}
