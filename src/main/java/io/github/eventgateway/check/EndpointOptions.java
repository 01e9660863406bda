package io.github.eventgateway.check;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;

/** Endpoints have the options that their components know, with values that they can have. */
final class EndpointOptions implements Rule {

    /** The catalog lists them for producers alone, but camel-kafka gives them to consumers too. */
    private static final Set<String> OF_CONSUMERS_TOO = Set.of("metadataMaxAgeMs");

    private final CamelCatalog catalog = new DefaultCamelCatalog();
    private final Settings settings;

    EndpointOptions(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void check(Routes routes, Report report) {
        routes.endpoints().forEach(endpoint -> check(endpoint, report));
    }

    private void check(Routes.Endpoint endpoint, Report report) {
        String uri = settings.resolve(endpoint.uri());
        String scheme = uri.replaceFirst(":.*", "");
        if (!scheme.contains("{{") && !catalog.findComponentNames().contains(scheme)) {
            report.add(endpoint.at(), "there is no component " + scheme);
            return;
        }
        String options = endpoint.parameters().stream()
                .flatMap(parameters -> parameters.entries().stream())
                .filter(entry -> !endpoint.consumer() || !OF_CONSUMERS_TOO.contains(entry.name()))
                .map(entry -> entry.name() + "="
                        + encode(settings.resolve(entry.value().text())))
                .collect(Collectors.joining("&"));
        EndpointValidationResult result = catalog.validateEndpointProperties(
                options.isEmpty() ? uri : uri + "?" + options, true, endpoint.consumer(), !endpoint.consumer());
        if (!result.isSuccess()) {
            report.add(endpoint.at(), result.summaryErrorMessage(false).strip().replaceAll("\\s+", " "));
        }
    }

    private static String encode(String value) {
        return value.contains("{{") ? value : URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
