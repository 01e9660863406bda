package io.github.eventgateway.roundtrip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.xml.LwModelToXMLDumper;
import org.apache.camel.yaml.LwModelToYAMLDumper;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads a route file and writes it again, as an editor does. */
final class RoundTrip {

    private static final String ENDING = ".camel.yaml";

    /** Writes the model as text. */
    private interface Dump {

        String of(CamelContext camel, NamedNode node) throws Exception;
    }

    private RoundTrip() {}

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the file as a plain YAML editor saves it: without comments, with other quotes and line breaks, and with
     * the keys in another order.
     */
    static String asAnEditorSaves(String text) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setAllowUnicode(true);
        return new Yaml(options).dump(sorted(new Yaml(new SafeConstructor(new LoaderOptions())).load(text)));
    }

    /** Returns the model of the file as camel-yaml-io writes it. It cannot write templated routes. */
    static String asCamelWrites(Path file) throws Exception {
        return dump(file.getFileName().toString(), Files.readString(file), (camel, node) -> new LwModelToYAMLDumper()
                .dumpModelAsYaml(camel, node, false, true, false, false));
    }

    /** Returns the whole model of Camel for a file. The XML writer would omit error handlers. */
    static String model(String name, String text) throws Exception {
        return dump(name, text, (camel, node) -> {
            StringBuilder all = new StringBuilder(xml(camel, node));
            for (TryDefinition attempt : attempts(node)) {
                for (CatchDefinition clause : attempt.getCatchClauses()) {
                    all.append(xml(camel, clause));
                }
                if (attempt.getFinallyClause() != null) {
                    all.append(xml(camel, attempt.getFinallyClause()));
                }
            }
            return all.toString();
        });
    }

    private static String xml(CamelContext camel, NamedNode node) throws Exception {
        return new LwModelToXMLDumper().dumpModelAsXml(camel, node, false, false, false);
    }

    private static Collection<TryDefinition> attempts(NamedNode node) {
        NamedNode steps = node instanceof RouteTemplateDefinition template ? template.getRoute() : node;
        return steps instanceof RouteDefinition route
                ? ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), TryDefinition.class)
                : List.of();
    }

    private static String dump(String name, String text, Dump dump) throws Exception {
        StringBuilder all = new StringBuilder();
        CamelContext camel = new DefaultCamelContext();
        try {
            Resource resource = ResourceHelper.fromString("file:" + name, text);
            for (RoutesBuilder builder : PluginHelper.getRoutesLoader(camel).findRoutesBuilders(List.of(resource))) {
                RouteBuilder routes = (RouteBuilder) builder;
                routes.configureRoutes(camel);
                ((RouteConfigurationsBuilder) builder).addRouteConfigurationsToCamelContext(camel);
                List<NamedNode> nodes = new ArrayList<>(camel.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteConfigurationDefinitions());
                nodes.addAll(routes.getRestCollection().getRests());
                nodes.addAll(routes.getRouteCollection().getRoutes());
                nodes.addAll(routes.getRouteTemplateCollection().getRouteTemplates());
                for (NamedNode node : nodes) {
                    all.append(dump.of(camel, node).stripTrailing()).append('\n');
                }
                for (TemplatedRouteDefinition route :
                        routes.getTemplatedRouteCollection().getTemplatedRoutes()) {
                    all.append("# ").append(described(route)).append('\n');
                }
            }
        } finally {
            camel.stop();
        }
        return all.toString();
    }

    private static Map<String, Object> described(TemplatedRouteDefinition route) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("routeId", route.getRouteId());
        fields.put("routeTemplateRef", route.getRouteTemplateRef());
        fields.put("prefixId", route.getPrefixId());
        route.getParameters().forEach(parameter -> fields.put(parameter.getName(), parameter.getValue()));
        return fields;
    }

    private static Object sorted(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put(String.valueOf(key), sorted(value)));
            return sorted;
        }
        return node instanceof List<?> list
                ? list.stream().map(RoundTrip::sorted).toList()
                : node;
    }
}
