package io.github.eventgateway.tools.reload;

import io.github.eventgateway.server.http.RequestGate;
import io.github.eventgateway.startup.StartFailure;
import io.github.eventgateway.tools.diagram.RouteSteps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.platform.http.DefaultPlatformHttpConsumer;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Exchanges the routes of some files while the gateway runs. Camel's own reload waits as long as requests keep coming,
 * answers the requests in between with errors, and ignores both templated routes and deleted files. One thread at a
 * time.
 */
@Component
@Profile("dev")
class RouteReload {

    /** The common pool has only one thread on two processors, and a consumer may take long to finish its batch. */
    private static final Executor THREAD_EACH = task -> new Thread(task, "stop-consumer").start();

    private final ModelCamelContext camel;
    private final RequestGate gate;
    private final ReloadSettings settings;

    RouteReload(CamelContext camel, RequestGate gate, ReloadSettings settings) {
        this.camel = (ModelCamelContext) camel;
        this.gate = gate;
        this.settings = settings;
    }

    /**
     * The result of a reload.
     *
     * @param files the files whose routes were exchanged
     * @param routes the ids of their present routes
     * @param held how long requests to them waited
     */
    record Outcome(Set<String> files, Set<String> routes, Duration held) {}

    /**
     * Changes from one state of the files to another. Running requests end on their old routes. New requests wait while
     * neither old nor new routes run. Consumers finish and commit their present batch.
     *
     * @throws ReloadException if the new state does not work; the old routes then run
     */
    Outcome apply(Map<Path, String> before, Map<Path, String> after) throws ReloadException, InterruptedException {
        RouteChange change = RouteChange.between(before, after);
        tryOut(change);
        Set<String> ids = routeIds(change);
        List<Route> quiet = RouteSteps.upstream(RouteSteps.of(camel), ids).stream()
                .map(camel::getRoute)
                .filter(Objects::nonNull)
                .toList();
        List<Consumer> consumers = consumers(quiet);
        stop(consumers);
        long start;
        try {
            start = hold(quiet);
            try {
                exchange(change, ids);
            } finally {
                gate.open();
            }
        } finally {
            consumers.stream().filter(this::isInUse).forEach(ServiceHelper::startService);
        }
        return new Outcome(change.fileNames(), new TreeSet<>(routeIds(change.added())), since(start));
    }

    /** Returns the routes of these files in the context. */
    private Set<String> routeIds(RouteChange change) {
        Set<String> ids = new LinkedHashSet<>();
        for (RouteDefinition route : camel.getRouteDefinitions()) {
            if (change.isOf(route)) {
                ids.add(route.getRouteId());
            }
        }
        return ids;
    }

    /** Reads the new files without touching the running routes. This finds most mistakes. */
    private void tryOut(RouteChange change) throws ReloadException {
        try {
            Set<String> ids = new LinkedHashSet<>();
            for (RoutesBuilder builder : builders(change.fresh())) {
                RouteBuilder routes = (RouteBuilder) builder;
                routes.configureRoutes(camel);
                for (RouteDefinition route : routes.getRouteCollection().getRoutes()) {
                    checkId(route, change, ids);
                }
            }
        } catch (ReloadException e) {
            throw e;
        } catch (Exception e) {
            throw new ReloadException(StartFailure.sentence(e), e);
        }
    }

    private void checkId(RouteDefinition route, RouteChange change, Set<String> ids) throws ReloadException {
        RouteDefinition other = camel.getRouteDefinition(route.getRouteId());
        boolean isTaken = other != null && !change.isOf(other);
        if (!ids.add(route.getRouteId()) || isTaken) {
            throw new ReloadException("%s, line %d: another route has the id %s already%s"
                    .formatted(
                            RouteChange.path(route.getLocation()),
                            route.getLineNumber(),
                            route.getRouteId(),
                            isTaken && other.getLocation() != null
                                    ? ", in " + RouteChange.path(other.getLocation())
                                    : ""));
        }
    }

    /** Returns the routes with consumers of records or timers. Requests and direct calls are held elsewhere. */
    private static List<Consumer> consumers(List<Route> routes) {
        return routes.stream()
                .map(Route::getConsumer)
                .filter(consumer -> !(consumer instanceof DirectConsumer)
                        && !(consumer instanceof DefaultPlatformHttpConsumer)
                        && ServiceHelper.isStarted(consumer))
                .toList();
    }

    /** Stops each route after its present batch is processed and committed; it then leaves its group. */
    private static void stop(List<Consumer> consumers) {
        CompletableFuture<?>[] stops = consumers.stream()
                .map(consumer -> CompletableFuture.runAsync(() -> ServiceHelper.stopService(consumer), THREAD_EACH))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).join();
    }

    private boolean isInUse(Consumer consumer) {
        return camel.getRoutes().stream().anyMatch(route -> route.getConsumer() == consumer);
    }

    /** Returns since when requests wait, after these routes are idle and no request can reach them. */
    private long hold(List<Route> routes) throws ReloadException, InterruptedException {
        long deadline = System.nanoTime() + settings.giveUpAfter().toNanos();
        while (true) {
            long start = System.nanoTime();
            if (gate.close(routes, () -> isQuiet(routes), settings.holdLimit())) {
                return start;
            }
            if (System.nanoTime() > deadline) {
                throw new ReloadException("Exchanges are still in progress in %s after %s. Save the file again to retry"
                        .formatted(routes.stream().map(Route::getId).toList(), settings.giveUpAfter()));
            }
            Thread.sleep(settings.holdPause().toMillis());
        }
    }

    private boolean isQuiet(List<Route> routes) {
        return routes.stream().allMatch(route -> camel.getInflightRepository().size(route.getRouteId()) == 0);
    }

    private void exchange(RouteChange change, Set<String> ids) throws ReloadException {
        try {
            remove(change, ids);
            add(change.fresh());
        } catch (Exception e) {
            restore(change, e);
            throw new ReloadException(StartFailure.sentence(e), e);
        }
    }

    private void restore(RouteChange change, Exception cause) throws ReloadException {
        try {
            RouteChange half = change.reversed();
            remove(half, routeIds(half));
            remove(change, routeIds(change));
            add(change.old());
        } catch (Exception e) {
            e.addSuppressed(cause);
            throw new ReloadException("The old routes do not start again. Restart the gateway", e);
        }
    }

    private void remove(RouteChange change, Set<String> ids) throws Exception {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        for (String id : ids) {
            camel.getRouteController().stopRoute(id);
            camel.removeRoute(id);
            RouteDefinition unstarted = camel.getRouteDefinition(id);
            if (unstarted != null) {
                camel.removeRouteDefinition(unstarted);
            }
        }
        model.getRestDefinitions().removeIf(rest -> change.isOf(rest.getResource()));
        model.getRouteTemplateDefinitions().removeIf(template -> change.isOf(template.getResource()));
        model.getRouteConfigurationDefinitions().removeIf(change::isOf);
    }

    private void add(Map<Path, String> texts) throws Exception {
        Collection<RoutesBuilder> builders = builders(texts);
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder policies) {
                policies.addRouteConfigurationsToCamelContext(camel);
            }
        }
        for (RoutesBuilder builder : builders) {
            builder.addRoutesToCamelContext(camel);
        }
        for (RoutesBuilder builder : builders) {
            builder.addTemplatedRoutesToCamelContext(camel);
        }
    }

    private Collection<RoutesBuilder> builders(Map<Path, String> texts) throws Exception {
        List<Resource> resources = new ArrayList<>();
        texts.forEach((file, text) ->
                resources.add(ResourceHelper.fromBytes("file:" + file, text.getBytes(StandardCharsets.UTF_8))));
        return PluginHelper.getRoutesLoader(camel).findRoutesBuilders(resources);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
