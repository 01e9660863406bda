package io.github.eventgateway.tools.check;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.util.ClassUtils;

/** Checks that the Java classes in the files exist: target types, exceptions, serializers. */
final class ClassReferences implements Rule {

    private static final Map<String, Set<String>> FIELDS = Map.of(
            "convertBodyTo", Set.of("type"),
            "convertHeaderTo", Set.of("type"),
            "convertVariableTo", Set.of("type"),
            "throwException", Set.of("exceptionType"),
            "simple", Set.of("resultType"),
            "method", Set.of("beanType"),
            "bean", Set.of("beanType"));

    @Override
    public void check(Routes routes, Report report) {
        Set<String> present = new HashSet<>();
        names(routes).filter(name -> isPresent(name.text())).forEach(name -> present.add(name.text()));
        names(routes)
                .filter(name -> !isPresent(name.text()))
                .forEach(
                        name -> report.add(name, "there is no class " + name.text(), Nearest.to(name.text(), present)));
    }

    private static Stream<YamlNode> names(Routes routes) {
        return routes.files().stream()
                .flatMap(YamlNode::all)
                .flatMap(Routes::elements)
                .flatMap(ClassReferences::names)
                .filter(name -> name.text().contains(".") && !name.text().contains("{{"));
    }

    private static Stream<YamlNode> names(Routes.Element element) {
        if (element.kind().equals("exception")) {
            return element.node().items().stream();
        }
        if (element.kind().equals("parameters")) {
            return element.node().entries().stream()
                    .filter(entry -> entry.name().matches(".*(Serializer|Deserializer)"))
                    .map(YamlNode.Entry::value)
                    .filter(value -> !value.text().startsWith("#"));
        }
        return FIELDS.getOrDefault(element.kind(), Set.of()).stream()
                .flatMap(field -> element.node().get(field).stream());
    }

    private static boolean isPresent(String name) {
        return ClassUtils.isPresent(name.replaceFirst("\\[]$", ""), ClassReferences.class.getClassLoader());
    }
}
