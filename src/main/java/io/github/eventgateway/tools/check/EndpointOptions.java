package io.github.eventgateway.tools.check;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;

/** Checks that endpoints have only options of their components, with valid values. */
final class EndpointOptions implements Rule {

    private final CamelCatalog catalog;
    private final RouteSettings settings;
    private final Starters starters;

    EndpointOptions(CamelCatalog catalog, RouteSettings settings, Starters starters) {
        this.catalog = catalog;
        this.settings = settings;
        this.starters = starters;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.endpoints().forEach(endpoint -> check(endpoint, report));
        routes.steps().forEach(step -> checkComputed(step, report));
    }

    /** The endpoints of a recipient list have no options of their own. */
    private void checkComputed(Routes.Element step, Report report) {
        if (step.node().get("uri").isPresent() || step.node().isScalar()) {
            return;
        }
        Step read = new Step(step.kind(), step.key(), step.node(), List.of());
        for (String uri : read.calls(settings)) {
            starters.missingComponent(uri.replaceFirst(":.*", ""))
                    .ifPresent(missing ->
                            report.add(Written.of(step.node()).map(Written::at).orElse(step.key()), missing));
        }
    }

    private void check(Routes.Endpoint endpoint, Report report) {
        String uri = settings.resolve(endpoint.uri());
        String scheme = uri.replaceFirst(":.*", "");
        if (scheme.contains("{{") || scheme.isBlank()) {
            return;
        }
        if (!isThere(scheme)) {
            List<String> there = catalog.findComponentNames().stream()
                    .filter(EndpointOptions::isThere)
                    .toList();
            Optional<String> missing = starters.missingComponent(scheme);
            report.add(
                    endpoint.at(),
                    missing.orElse("there is no component " + scheme),
                    missing.isPresent() ? "" : Nearest.to(scheme, there));
            return;
        }
        ComponentModel component = catalog.componentModel(scheme);
        if (component.isConsumerOnly() && !endpoint.consumer()) {
            report.add(endpoint.at(), "nothing can be sent to " + scheme + ", which routes only read from");
            return;
        }
        if (component.isProducerOnly() && endpoint.consumer()) {
            report.add(endpoint.at(), "nothing can be read from " + scheme + ", which routes only send to");
            return;
        }
        String name = uri.replaceFirst("^[^:]*:", "").replaceFirst("[:?].*", "");
        Optional<String> behind =
                switch (scheme) {
                    case "dataformat" -> starters.missingDataFormat(name);
                    case "language" -> starters.missingLanguage(name);
                    default -> Optional.empty();
                };
        behind.ifPresent(missing -> report.add(endpoint.at(), missing));
        String options = endpoint.options().stream()
                .filter(entry -> entry.value().isScalar() && !Routes.isPath(endpoint, entry.name()))
                .map(entry -> entry.name() + "="
                        + encode(settings.resolve(entry.value().text())))
                .collect(Collectors.joining("&"));
        report(
                endpoint,
                catalog.validateEndpointProperties(
                        options.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + options,
                        true,
                        endpoint.consumer(),
                        !endpoint.consumer()),
                report);
    }

    private static boolean isThere(String scheme) {
        return InstalledCatalog.isInstalled("component", scheme);
    }

    private static String encode(String value) {
        return value.contains("{{") ? value : URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private void report(Routes.Endpoint endpoint, EndpointValidationResult result, Report report) {
        if (result.isSuccess()) {
            return;
        }
        String scheme = settings.resolve(endpoint.uri()).replaceFirst(":.*", "");
        for (String name : union(result.getUnknown(), result.getLenient())) {
            report.add(
                    endpoint.optionKey(name),
                    "the component " + scheme + " has no option " + name,
                    Nearest.to(name, names(scheme)));
        }
        String side = endpoint.consumer() ? "read from it" : "send to it";
        for (String name : union(result.getNotConsumerOnly(), result.getNotProducerOnly())) {
            report.add(
                    endpoint.optionKey(name),
                    "the option " + name + " of " + scheme + " is not valid for routes that " + side);
        }
        for (String name : union(result.getRequired(), Set.of())) {
            report.add(endpoint.at(), "the endpoint lacks " + name);
        }
        values(endpoint, result, report);
        if (result.getSyntaxError() != null) {
            report.add(endpoint.at(), "the URI cannot be read: " + result.getSyntaxError());
        }
    }

    private static void values(Routes.Endpoint endpoint, EndpointValidationResult result, Report report) {
        each(result.getInvalidEnum(), (name, value) -> {
            List<String> choices = Arrays.asList(result.getInvalidEnumChoices().getOrDefault(name, new String[0]));
            report.add(
                    endpoint.option(name),
                    "the option " + name + " is '" + value + "': write one of " + String.join(", ", choices),
                    Nearest.to(value, choices));
        });
        each(result.getInvalidBoolean(), wrong(endpoint, "true or false", report));
        each(result.getInvalidInteger(), wrong(endpoint, "a whole number", report));
        each(result.getInvalidNumber(), wrong(endpoint, "a number", report));
        each(result.getInvalidDuration(), wrong(endpoint, "a duration in milliseconds, or such as 5s", report));
        each(result.getInvalidReference(), wrong(endpoint, "a reference to a bean, such as #bean:name", report));
        each(result.getInvalidMap(), wrong(endpoint, "a map", report));
        each(result.getInvalidArray(), wrong(endpoint, "a list", report));
    }

    /** Receives the name and the value of an option. */
    @FunctionalInterface
    private interface Option {
        void take(String name, String value);
    }

    private static void each(Map<String, String> options, Option option) {
        if (options != null) {
            options.entrySet().stream()
                    .sorted(Comparator.comparing(Map.Entry::getKey))
                    .forEach(entry -> option.take(entry.getKey(), entry.getValue()));
        }
    }

    private static Option wrong(Routes.Endpoint endpoint, String wanted, Report report) {
        return (name, value) ->
                report.add(endpoint.option(name), "the option " + name + " is '" + value + "': write " + wanted);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>();
        if (one != null) {
            all.addAll(one);
        }
        if (other != null) {
            all.addAll(other);
        }
        return all;
    }

    private List<String> names(String scheme) {
        ComponentModel model = catalog.componentModel(scheme);
        return Stream.concat(model.getEndpointParameterOptions().stream(), model.getComponentOptions().stream())
                .map(BaseOptionModel::getName)
                .toList();
    }
}
