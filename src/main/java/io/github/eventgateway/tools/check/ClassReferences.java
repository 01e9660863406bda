package io.github.eventgateway.tools.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Checks that the Java classes in the files exist: target types, exceptions, serializers, types of data formats. */
final class ClassReferences implements Rule {

    /** The options of endpoints of data formats that name classes. */
    private static final Set<String> OF_FORMATS =
            Set.of("unmarshalType", "collectionType", "jsonView", "moduleClassNames");

    private final Dsl dsl;
    private final RouteSettings settings;

    ClassReferences(Dsl dsl, RouteSettings settings) {
        this.dsl = dsl;
        this.settings = settings;
    }

    /** The name of a class in a file. */
    private record Named(YamlNode at, String name) {

        /** Returns whether Camel finds the class. It knows short names such as {@code String}. */
        boolean exists() {
            return TriedExpressions.isClass(name);
        }
    }

    @Override
    public void check(Routes routes, Report report) {
        Set<String> present = new HashSet<>();
        names(routes).filter(Named::exists).forEach(named -> present.add(named.name()));
        names(routes)
                .filter(named -> !named.exists())
                .forEach(named -> report.add(
                        named.at().place(named.name()),
                        "there is no class " + named.name(),
                        Nearest.to(named.name(), present)));
    }

    private Stream<Named> names(Routes routes) {
        return routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .flatMap(this::nodes)
                .flatMap(at -> Arrays.stream(settings.resolve(at.text()).split(","))
                        .map(String::strip)
                        .filter(name -> name.matches("[\\w.$]+(\\[])?"))
                        .map(name -> new Named(at, name)));
    }

    private Stream<YamlNode> nodes(Routes.Element element) {
        if (element.kind().equals("exception")) {
            return element.node().items().stream();
        }
        if (element.kind().equals("parameters")) {
            return element.node().entries().stream()
                    .filter(entry ->
                            entry.name().matches(".*(Serializer|Deserializer)") || OF_FORMATS.contains(entry.name()))
                    .map(YamlNode.Entry::value);
        }
        return dsl.classFields(element.kind()).stream().flatMap(field -> element.node().get(field).stream());
    }
}
