package io.github.eventgateway.flow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;

/**
 * Where a route of the running model comes from and where it leads, its error policy included.
 *
 * @param id the route's id
 * @param from what it consumes, without options
 * @param sends the endpoints that it sends to
 * @param beans the names of the beans that it calls
 */
public record RouteSteps(String id, String from, Set<Send> sends, Set<String> beans) {

    private static final String DIRECT = "direct:";

    /**
     * One endpoint that a route sends to.
     *
     * @param uri without options, its placeholders resolved
     * @param written as the file says it, placeholders and all
     * @param onFailure true where only a failure leads there
     */
    public record Send(String uri, String written, boolean onFailure) {}

    /** All routes that this context has now, in the order of the model. */
    public static List<RouteSteps> of(CamelContext camel) {
        List<RouteSteps> routes = new ArrayList<>();
        for (RouteDefinition route : List.copyOf(((ModelCamelContext) camel).getRouteDefinitions())) {
            if (camel.getRoute(route.getRouteId()) != null) {
                routes.add(of(camel, route));
            }
        }
        return routes;
    }

    /** The ids of these routes and of all that lead to them, by whatever way. */
    public static Set<String> upstream(List<RouteSteps> all, Set<String> ids) {
        Set<String> found = new LinkedHashSet<>(ids);
        boolean grows = true;
        while (grows) {
            Set<String> entries = new LinkedHashSet<>();
            all.stream().filter(route -> found.contains(route.id)).forEach(route -> entries.add(route.from));
            grows = false;
            for (RouteSteps route : all) {
                if (route.sends.stream().anyMatch(send -> isDirect(send.uri) && entries.contains(send.uri))) {
                    grows |= found.add(route.id);
                }
            }
        }
        return found;
    }

    static boolean isDirect(String uri) {
        return uri.startsWith(DIRECT);
    }

    private static RouteSteps of(CamelContext camel, RouteDefinition route) {
        Set<Send> sends = new LinkedHashSet<>();
        Set<String> beans = new LinkedHashSet<>();
        for (ProcessorDefinition<?> step : steps(route)) {
            if (step instanceof EndpointRequiredDefinition send && send.getEndpointUri() != null) {
                String written = bare(send.getEndpointUri());
                sends.add(new Send(resolved(camel, route, written), written, isOnFailure(step)));
            } else if (step instanceof BeanDefinition bean && bean.getRef() != null) {
                beans.add(bean.getRef());
            }
        }
        return new RouteSteps(
                route.getRouteId(), bare(resolved(camel, route, route.getInput().getEndpointUri())), sends, beans);
    }

    @SuppressWarnings("rawtypes")
    private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        for (ProcessorDefinition step :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
            steps.add(step);
        }
        return steps;
    }

    private static boolean isOnFailure(ProcessorDefinition<?> step) {
        for (ProcessorDefinition<?> parent = step; parent != null; parent = parent.getParent()) {
            if (parent instanceof OnExceptionDefinition || parent instanceof CatchDefinition) {
                return true;
            }
        }
        return false;
    }

    /** The parameters of a template stand in its routes as placeholders. */
    private static String resolved(CamelContext camel, RouteDefinition route, String uri) {
        String text = uri;
        if (route.getTemplateParameters() != null) {
            for (Map.Entry<String, Object> parameter :
                    route.getTemplateParameters().entrySet()) {
                text = text.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
            }
        }
        return camel.resolvePropertyPlaceholders(text);
    }

    private static String bare(String uri) {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }
}
