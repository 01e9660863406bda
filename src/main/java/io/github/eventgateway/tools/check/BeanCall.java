package io.github.eventgateway.tools.check;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A call of a bean method in a route.
 *
 * @param bean the name of the bean, or its class
 * @param isType whether it is a class
 * @param beanAt where the bean is named
 * @param at the text of the call
 * @param method the call itself, with settings for the placeholders
 */
record BeanCall(String bean, boolean isType, YamlNode beanAt, YamlNode at, String method) {

    private static final Set<String> TAKEN_BY_CAMEL = Set.of("Exchange", "CamelContext");

    /** Returns the calls of all files. Those of templates have the parameters of each use. */
    static Stream<BeanCall> of(Routes routes, RouteSettings settings) {
        Set<Object> inRoutes =
                routes.routes().stream().map(route -> route.node().identity()).collect(Collectors.toSet());
        Stream<BeanCall> ofRoutes = routes.routes().stream().flatMap(route -> {
            List<Map<String, String>> uses = routes.uses(route);
            return (uses.isEmpty() ? List.of(Map.<String, String>of()) : uses)
                    .stream().flatMap(values -> below(route.node(), values, settings));
        });
        Stream<BeanCall> others = routes.top().stream()
                .map(Routes.Element::node)
                .filter(node -> node.all().map(YamlNode::identity).noneMatch(inRoutes::contains))
                .flatMap(node -> below(node, Map.of(), settings));
        return Stream.concat(ofRoutes, others);
    }

    /** Returns the calls below a node in steps, expressions and endpoints, with these template parameters. */
    static Stream<BeanCall> below(YamlNode node, Map<String, String> values, RouteSettings settings) {
        Stream<BeanCall> inElements = node.all()
                .flatMap(Routes::elements)
                .filter(element -> Set.of("bean", "method").contains(element.kind()))
                .flatMap(element -> Stream.of("ref", "beanType").flatMap(field -> element.node().get(field).stream()
                        .flatMap(bean -> element.node().get("method").stream()
                                .map(method -> new BeanCall(
                                        settings.resolve(Routes.filled(bean.text(), values)),
                                        field.equals("beanType"),
                                        bean,
                                        method,
                                        settings.resolve(Routes.filled(method.text(), values)))))));
        Stream<BeanCall> inEndpoints = Routes.endpoints(node)
                .filter(endpoint -> endpoint.scheme().equals("bean"))
                .filter(endpoint -> !endpoint.parameter("method").isEmpty())
                .map(endpoint -> new BeanCall(
                        settings.resolve(Routes.filled(endpoint.uri(), values))
                                .replaceFirst("^bean:", "")
                                .replaceFirst("\\?.*", ""),
                        false,
                        endpoint.at(),
                        endpoint.option("method"),
                        settings.resolve(Routes.filled(endpoint.parameter("method"), values))));
        return Stream.concat(inElements, inEndpoints);
    }

    /** Returns the name of the method. */
    String name() {
        int open = method.indexOf('(');
        return (open < 0 ? method : method.substring(0, open)).strip();
    }

    boolean hasArguments() {
        return method.contains("(") && method.lastIndexOf(')') > method.indexOf('(');
    }

    List<String> arguments() {
        return Arguments.of(method.substring(method.indexOf('(') + 1, method.lastIndexOf(')')));
    }

    /** Returns where the name of the method is in the file, or as much of it as the file contains. */
    Place place() {
        String written = at.text().replaceFirst("[({].*", "").strip();
        return written.isEmpty() ? at.place() : at.place(written);
    }

    /** Returns the public methods of a class with this name. */
    List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(one -> one.getName().equals(name()))
                .toList();
    }

    /** Returns whether a method takes this number of arguments besides those that Camel supplies. */
    static boolean takes(Method method, int given) {
        long byCamel = Arrays.stream(method.getParameterTypes())
                .filter(type -> TAKEN_BY_CAMEL.contains(type.getSimpleName()))
                .count();
        return method.getParameterCount() == given || method.getParameterCount() - byCamel == given;
    }
}
