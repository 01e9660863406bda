package io.github.eventgateway.tools.reload;

import io.github.eventgateway.api.DaemonThreads;
import io.github.eventgateway.event.EventCatalogue;
import io.github.eventgateway.event.EventSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Applies edits of routes and schemas while the gateway runs, in the profile dev. It compares the content of the files,
 * because notifications differ by file system, and editors save in several steps.
 */
@Component
@Profile("dev")
class RouteWatcher {

    private static final Logger LOG = LoggerFactory.getLogger(RouteWatcher.class);

    private final RouteReload reload;
    private final EditCheck check;
    private final EventCatalogue catalogue;
    private final Path routes;
    private final Path schemas;
    private final Duration pollInterval;
    private final Thread thread = DaemonThreads.of("route-watcher", this::watch);

    /** The running state. The other one was seen last, whether it took effect or not. */
    private RouteFolder serving;

    private RouteFolder seen;
    private volatile int rejections;

    RouteWatcher(
            RouteReload reload,
            EditCheck check,
            EventCatalogue catalogue,
            EventSettings events,
            ReloadSettings settings,
            Environment environment)
            throws IOException {
        this.reload = reload;
        this.check = check;
        this.catalogue = catalogue;
        this.routes = folder(environment.getRequiredProperty("camel.main.routes-include-pattern"));
        this.schemas = events.schemaDirectory().toAbsolutePath().normalize();
        this.pollInterval = settings.pollInterval();
        this.serving = RouteFolder.read(routes, schemas);
        this.seen = serving;
    }

    @EventListener
    void start(ApplicationReadyEvent event) {
        LOG.info("Saved edits of {} take effect immediately", routes);
        thread.start();
    }

    /** Stops before the routes, so that it starts none afterwards. */
    @EventListener
    @Order(0)
    void stop(ContextClosedEvent event) throws InterruptedException {
        thread.interrupt();
        if (thread.isAlive()) {
            thread.join(pollInterval.toMillis() * 100);
        }
    }

    /** Returns the number of states that did not take effect. */
    int rejections() {
        return rejections;
    }

    private void watch() {
        try {
            RouteFolder last = seen;
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(pollInterval.toMillis());
                RouteFolder now = read(last);
                if (now.equals(last) && !now.equals(seen)) {
                    take(now);
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RouteFolder read(RouteFolder last) {
        try {
            return RouteFolder.read(routes, schemas);
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("{} cannot be read: {}", routes, e.toString());
            return last;
        }
    }

    /** A state that does not work is tried again only after a change. */
    private void take(RouteFolder now) throws InterruptedException {
        seen = now;
        if (!now.schemas().equals(serving.schemas())) {
            takeSchemas(now.schemas());
        }
        if (!now.routes().equals(serving.routes())) {
            takeRoutes(now.routes());
        }
    }

    private void takeSchemas(Map<Path, String> texts) {
        try {
            catalogue.reload();
            serving = new RouteFolder(serving.routes(), texts);
            LOG.info("Schemas reloaded from {}", schemas);
        } catch (RuntimeException e) {
            rejected("schemas", e.getMessage());
        }
    }

    /** A file that does not work does not block the others. */
    private void takeRoutes(Map<Path, String> texts) throws InterruptedException {
        String problems = check.problems(routes);
        if (problems.isEmpty() && tryRoutes(texts)) {
            return;
        }
        if (!problems.isEmpty()) {
            rejected("routes", problems);
        }
        Set<Path> changed = changed(texts);
        if (changed.size() > 1) {
            for (Path file : changed) {
                Map<Path, String> one = new TreeMap<>(serving.routes());
                one.remove(file);
                if (texts.containsKey(file)) {
                    one.put(file, texts.get(file));
                }
                if (check.problems(file, problems).isEmpty()) {
                    tryRoutes(one);
                }
            }
        }
    }

    private Set<Path> changed(Map<Path, String> texts) {
        Set<Path> files = new TreeSet<>(texts.keySet());
        files.addAll(serving.routes().keySet());
        files.removeIf(file -> Objects.equals(texts.get(file), serving.routes().get(file)));
        return files;
    }

    private boolean tryRoutes(Map<Path, String> texts) throws InterruptedException {
        long start = System.nanoTime();
        try {
            RouteReload.Outcome outcome = reload.apply(serving.routes(), texts);
            serving = new RouteFolder(texts, serving.schemas());
            LOG.info(
                    "Reloaded {} in {} ms. Requests waited {} ms. Routes: {}",
                    outcome.files(),
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    outcome.held().toMillis(),
                    outcome.routes());
            return true;
        } catch (ReloadException e) {
            rejected("routes", e.getMessage());
            LOG.debug("Not reloaded", e);
        } catch (RuntimeException e) {
            rejected("routes", e.toString());
            LOG.warn("Not reloaded", e);
        }
        return false;
    }

    private void rejected(String what, String reason) {
        LOG.error("Not reloaded. The old {} stay in use:\n{}", what, reason);
        rejections = rejections + 1;
    }

    /**
     * @throws IllegalStateException if the pattern contains anything but files in one folder
     */
    private static Path folder(String pattern) {
        if (!pattern.startsWith("file:") || !pattern.endsWith("/*.camel.yaml") || pattern.contains(",")) {
            throw new IllegalStateException("In the profile dev, camel.main.routes-include-pattern must "
                    + "be one folder, such as file:routes/*.camel.yaml, and not " + pattern);
        }
        return RouteChange.path(pattern.substring(0, pattern.length() - "/*.camel.yaml".length()));
    }
}
