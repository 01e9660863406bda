package io.github.eventgateway.server.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;
import org.webjars.WebJarVersionLocator;

/**
 * The files under {@code /console/} by path: those of the console and of its libraries. Each is read and compressed
 * once. Any thread.
 */
final class ConsoleFiles {

    private static final Pattern OWN = Pattern.compile("(?:[a-z-]+/)*[a-z-]+[.](html|js|css|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "svg", "image/svg+xml");
    private static final Map<String, Library> LIBRARIES = Map.of(
            "lib/preact.js", new Library("preact", "dist/preact.min.umd.js"),
            "lib/hooks.js", new Library("preact", "hooks/dist/hooks.umd.js"),
            "lib/uplot.js", new Library("uplot", "dist/uPlot.iife.min.js"),
            "lib/uplot.css", new Library("uplot", "dist/uPlot.min.css"));

    private final WebJarVersionLocator versions = new WebJarVersionLocator();
    private final Map<String, ConsoleFile> read = new ConcurrentHashMap<>();

    private record Library(String name, String path) {}

    /**
     * @param path the path under {@code /console/}; empty for the page itself
     * @return empty if there is no such file
     */
    Optional<ConsoleFile> find(String path) throws IOException {
        String name = path.isEmpty() ? "index.html" : path;
        ConsoleFile known = read.get(name);
        if (known != null || !OWN.matcher(name).matches()) {
            return Optional.ofNullable(known);
        }
        ClassPathResource resource = new ClassPathResource(location(name));
        if (!resource.exists()) {
            return Optional.empty();
        }
        try (InputStream bytes = resource.getInputStream()) {
            ConsoleFile file =
                    ConsoleFile.of(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), bytes.readAllBytes());
            read.put(name, file);
            return Optional.of(file);
        }
    }

    private String location(String name) {
        Library library = LIBRARIES.get(name);
        return library == null
                ? "console/" + name
                : "META-INF/resources/webjars/" + library.name + "/" + versions.version(library.name) + "/"
                        + library.path;
    }
}
