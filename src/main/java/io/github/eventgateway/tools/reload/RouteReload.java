package io.github.eventgateway.tools.reload;

import io.github.eventgateway.server.http.RequestGate;
import io.github.eventgateway.startup.StartFailure;
import io.github.eventgateway.tools.diagram.RouteSteps;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
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
import org.apache.camel.model.RouteConfigurationDefinition;
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

    /** The routes to remove and to add between two states of the files. */
    private record Change(Map<Path, String> old, Map<Path, String> fresh, Map<Path, RouteFile> files) {

        Change(Map<Path, String> old, Map<Path, String> fresh) {
            this(
                    old,
                    fresh,
                    old.entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, text -> RouteFile.of(text.getValue()))));
        }

        boolean isOf(Resource resource) {
            return resource != null && old.containsKey(path(resource.getLocation()));
        }

        /** A templated route does not know the file that creates it. */
        boolean isOf(RouteDefinition route) {
            return route.getTemplateParameters() == null
                    ? isOf(route.getResource())
                    : files.values().stream()
                            .anyMatch(file -> file.templatedRoutes().contains(route.getRouteId()));
        }

        boolean isOf(RouteConfigurationDefinition policy) {
            String id = policy.hasCustomIdAssigned() ? policy.getId() : null;
            return files.values().stream().anyMatch(file -> file.holdsPolicy(id));
        }
    }

    /**
     * Changes from one state of the files to another. Running requests end on their old routes. New requests wait while
     * neither old nor new routes run. Consumers finish and commit their present batch.
     *
     * @throws ReloadException if the new state does not work; the old routes then run
     */
    Outcome apply(Map<Path, String> before, Map<Path, String> after) throws ReloadException, InterruptedException {
        Change change = change(before, after);
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
        return new Outcome(names(change), new TreeSet<>(routeIds(new Change(change.fresh, Map.of()))), since(start));
    }

    /** Returns the routes of these files in the context. */
    private Set<String> routeIds(Change change) {
        Set<String> ids = new LinkedHashSet<>();
        for (RouteDefinition route : camel.getRouteDefinitions()) {
            if (change.isOf(route)) {
                ids.add(route.getRouteId());
            }
        }
        return ids;
    }

    private static Change change(Map<Path, String> before, Map<Path, String> after) throws ReloadException {
        Map<Path, RouteFile> old = files(before);
        Map<Path, RouteFile> fresh = files(after);
        Set<Path> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        Set<Path> changed = new TreeSet<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Path file : all) {
            if (!Objects.equals(before.get(file), after.get(file))) {
                changed.add(file);
                keys.addAll(difference(old.get(file), fresh.get(file)));
            }
        }
        addDependents(changed, keys, old, fresh);
        return new Change(only(before, changed), only(after, changed));
    }

    private static void addDependents(
            Set<Path> changed, Set<String> keys, Map<Path, RouteFile> old, Map<Path, RouteFile> fresh) {
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<Path, RouteFile> file : fresh.entrySet()) {
                RouteFile was = old.get(file.getKey());
                if (was != null
                        && !changed.contains(file.getKey())
                        && (file.getValue().takesAnyOf(keys) || was.takesAnyOf(keys))) {
                    changed.add(file.getKey());
                    keys.addAll(file.getValue().templates());
                    grows = true;
                }
            }
        }
    }

    private static Set<String> difference(RouteFile old, RouteFile fresh) {
        Map<String, Object> was = old == null ? Map.of() : old.gives();
        Map<String, Object> is = fresh == null ? Map.of() : fresh.gives();
        Set<String> keys = new LinkedHashSet<>(was.keySet());
        keys.addAll(is.keySet());
        keys.removeIf(key -> Objects.equals(was.get(key), is.get(key)));
        return keys;
    }

    private static Map<Path, RouteFile> files(Map<Path, String> texts) throws ReloadException {
        Map<Path, RouteFile> files = new HashMap<>();
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            try {
                files.put(text.getKey(), RouteFile.of(text.getValue()));
            } catch (RuntimeException e) {
                throw new ReloadException(text.getKey() + ": " + e.getMessage(), e);
            }
        }
        return files;
    }

    private static Map<Path, String> only(Map<Path, String> texts, Set<Path> files) {
        Map<Path, String> only = new HashMap<>(texts);
        only.keySet().retainAll(files);
        return only;
    }

    /** Reads the new files without touching the running routes. This finds most mistakes. */
    private void tryOut(Change change) throws ReloadException {
        try {
            Set<String> ids = new LinkedHashSet<>();
            for (RoutesBuilder builder : builders(change.fresh)) {
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

    private void checkId(RouteDefinition route, Change change, Set<String> ids) throws ReloadException {
        RouteDefinition other = camel.getRouteDefinition(route.getRouteId());
        boolean isTaken = other != null && !change.isOf(other);
        if (!ids.add(route.getRouteId()) || isTaken) {
            throw new ReloadException("%s, line %d: another route has the id %s already%s"
                    .formatted(
                            path(route.getLocation()),
                            route.getLineNumber(),
                            route.getRouteId(),
                            isTaken && other.getLocation() != null ? ", in " + path(other.getLocation()) : ""));
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

    private void exchange(Change change, Set<String> ids) throws ReloadException {
        try {
            remove(change, ids);
            add(change.fresh);
        } catch (Exception e) {
            restore(change, e);
            throw new ReloadException(StartFailure.sentence(e), e);
        }
    }

    private void restore(Change change, Exception cause) throws ReloadException {
        try {
            Change half = new Change(change.fresh, change.old);
            remove(half, routeIds(half));
            remove(change, routeIds(change));
            add(change.old);
        } catch (Exception e) {
            e.addSuppressed(cause);
            throw new ReloadException("The old routes do not start again. Restart the gateway", e);
        }
    }

    private void remove(Change change, Set<String> ids) throws Exception {
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

    private static Set<String> names(Change change) {
        Set<String> names = new TreeSet<>();
        change.old.keySet().forEach(file -> names.add(file.getFileName().toString()));
        change.fresh.keySet().forEach(file -> names.add(file.getFileName().toString()));
        return names;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Returns Camel's source location as a file. */
    static Path path(String location) {
        String file = location.startsWith("file:") ? location.substring("file:".length()) : location;
        Path path = file.startsWith("//") ? Path.of(URI.create("file:" + file)) : Path.of(file);
        return path.toAbsolutePath().normalize();
    }
}
