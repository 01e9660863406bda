package io.github.eventgateway.tools.reload;

import io.github.eventgateway.testing.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** A gateway in the profile dev with copies of the routes and schemas, which are edited while it runs. */
final class EditedGateway implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Gateway gateway;
    private final Map<String, List<Long>> effects = new TreeMap<>();
    private long savedAt;

    private EditedGateway(Path folder, Gateway gateway) {
        this.folder = folder;
        this.gateway = gateway;
    }

    static EditedGateway start(Path folder, Map<String, String> settings) throws IOException {
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
        Map<String, String> all = new HashMap<>(Map.of(
                "spring.profiles.active",
                "dev",
                "logging.level.io.github.eventgateway.tools.reload",
                "info",
                "camel.main.routes-include-pattern",
                "file:" + folder.resolve("routes") + "/*.camel.yaml",
                "gateway.events.schema-directory",
                folder.resolve("routes/schemas").toString()));
        all.putAll(settings);
        return new EditedGateway(folder, Gateway.start(folder.resolve("data"), all));
    }

    Gateway gateway() {
        return gateway;
    }

    /** Returns the running route with this id, or null if it does not exist. */
    Route route(String id) {
        return gateway.bean(CamelContext.class).getRoute(id);
    }

    /** Returns the number of rejected edits. */
    int rejections() {
        return gateway.bean(RouteWatcher.class).rejections();
    }

    String text(String file) {
        try {
            return Files.readString(folder.resolve("routes").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void save(String file, String text) {
        try {
            Files.writeString(folder.resolve("routes").resolve(file), text);
            savedAt = System.nanoTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces every occurrence of one text, which must exist. */
    void edit(String file, String one, String other) {
        String text = text(file);
        if (!text.contains(one)) {
            throw new IllegalArgumentException(file + " does not contain: " + one);
        }
        save(file, text.replace(one, other));
    }

    void delete(String file) {
        try {
            Files.delete(folder.resolve("routes").resolve(file));
            savedAt = System.nanoTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the last saved edit has an effect. */
    void await(String edit, Callable<Boolean> effect) {
        Awaitility.await(edit)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(effect);
        effects.computeIfAbsent(edit, name -> new ArrayList<>())
                .add(Duration.ofNanos(System.nanoTime() - savedAt).toMillis());
    }

    /** Returns for each edit the milliseconds between save and effect. */
    Map<String, List<Long>> effects() {
        return effects;
    }

    int reloads() {
        return effects.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
