package io.github.eventgateway.tools.diagram;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.LineNumberAware;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.springframework.stereotype.Component;

/** The running routes of this instance, for the routes that show them. Any thread. */
@Component("routeOverview")
public class RouteOverview {

    private final CamelContext camel;
    private final RouteCounts counts;
    private final FlowDiagram diagram;

    RouteOverview(CamelContext camel, RouteCounts counts, FlowDiagram diagram) {
        this.camel = camel;
        this.counts = counts;
        this.diagram = diagram;
    }

    /** Returns every route in the order of ids. */
    public Map<String, List<RouteItem>> list() {
        Map<String, String> from =
                RouteSteps.of(camel).stream().collect(Collectors.toMap(RouteSteps::id, RouteSteps::from));
        return Map.of(
                "items",
                camel.getRoutes().stream()
                        .map(route -> item(route, from.get(route.getRouteId())))
                        .sorted(Comparator.comparing(RouteItem::id))
                        .toList());
    }

    /** Returns the flow of events through this instance as a Mermaid flowchart. */
    public String diagram() {
        return diagram.mermaid();
    }

    private RouteItem item(Route route, String from) {
        String id = route.getRouteId();
        RouteCounts.Counts counted = counts.of(id);
        RouteDefinition definition = ((ModelCamelContext) camel).getRouteDefinition(id);
        LineNumberAware place = place(definition);
        String location = place == null ? null : place.getLocation();
        return new RouteItem(
                id,
                route.getDescription() == null ? null : route.getDescription().strip(),
                location == null ? null : location.replaceFirst("^.*[/:]", ""),
                location == null || place.getLineNumber() < 1 ? null : place.getLineNumber(),
                camel.getRouteController().getRouteStatus(id).name().toLowerCase(Locale.ROOT),
                from == null ? null : Endpoints.label(from),
                counted.total(),
                counted.failed(),
                camel.getInflightRepository().size(id),
                counted.lastCompletedAt(),
                counted.lastFailure());
    }

    /** Returns its place: a verb is in its {@code rest}, and a templated route where its template begins. */
    private static LineNumberAware place(RouteDefinition route) {
        if (route == null || route.getLocation() != null) {
            return route;
        }
        return route.getRestDefinition() == null ? route.getInput() : route.getRestDefinition();
    }
}
