package io.github.eventgateway.tools.diagram;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;

/**
 * The input and the targets of a route in the running model, including its error policy.
 *
 * @param id the id of the route
 * @param from its input, without options
 * @param sends the endpoints that it sends to
 * @param beans the names of the beans that it calls
 */
public record RouteSteps(String id, String from, Set<Send> sends, Set<String> beans) {

    private static final String DIRECT = "direct:";
    private static final Pattern WEBHOOK = Pattern.compile("bean:webhooks\\?.*'([\\w.-]+)'.*");

    /**
     * One endpoint that a route sends to.
     *
     * @param uri without options, with resolved placeholders
     * @param written as in the file, with placeholders; for a webhook the name of its setting
     * @param onFailure whether only a failure leads there
     */
    public record Send(String uri, String written, boolean onFailure) {}

    /** Returns all routes of this context in the order of the model. */
    public static List<RouteSteps> of(CamelContext camel) {
        List<RouteSteps> routes = new ArrayList<>();
        for (RouteDefinition route : List.copyOf(((ModelCamelContext) camel).getRouteDefinitions())) {
            if (camel.getRoute(route.getRouteId()) != null) {
                routes.add(of(camel, route));
            }
        }
        return routes;
    }

    /** Returns the ids of these routes and of all routes that lead to them. */
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
                String bare = bare(send.getEndpointUri());
                sends.add(new Send(resolved(camel, route, bare), written(send.getEndpointUri()), isOnFailure(step)));
            } else if (step instanceof BeanDefinition bean && bean.getRef() != null) {
                beans.add(bean.getRef());
            }
        }
        return new RouteSteps(
                route.getRouteId(), bare(resolved(camel, route, route.getInput().getEndpointUri())), sends, beans);
    }

    private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        collect(route.getOutputs(), steps);
        return steps;
    }

    /** Camel's own search does not look into the handling of failures (measured on Camel 4.22.0). */
    private static void collect(List<? extends ProcessorDefinition<?>> from, List<ProcessorDefinition<?>> steps) {
        for (ProcessorDefinition<?> step : from) {
            if (!steps.contains(step)) {
                steps.add(step);
                collect(step.getOutputs(), steps);
            }
            if (step instanceof TryDefinition attempt) {
                collect(attempt.getCatchClauses() == null ? List.of() : attempt.getCatchClauses(), steps);
                collect(attempt.getFinallyClause() == null ? List.of() : List.of(attempt.getFinallyClause()), steps);
            }
        }
    }

    private static boolean isOnFailure(ProcessorDefinition<?> step) {
        for (ProcessorDefinition<?> parent = step; parent != null; parent = parent.getParent()) {
            if (parent instanceof OnExceptionDefinition || parent instanceof CatchDefinition) {
                return true;
            }
        }
        return false;
    }

    /** Routes from a template have its parameters as placeholders. */
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

    /** A webhook appears by its setting, because only the bean knows the address, which can contain a key. */
    private static String written(String uri) {
        Matcher webhook = WEBHOOK.matcher(URLDecoder.decode(uri, StandardCharsets.UTF_8));
        return webhook.matches() ? webhook.group(1) + ".webhook-url" : bare(uri);
    }

    private static String bare(String uri) {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }
}
