package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.env.PropertyResolver;

/** Finds the route folder. */
final class RoutesFolder {

    private static final String FILE = "file:";

    private RoutesFolder() {}

    /** Returns the folder in {@code camel.main.routes-include-pattern}; empty if that is not one folder of files. */
    static Optional<Path> of(PropertyResolver settings) {
        String pattern = settings.getProperty("camel.main.routes-include-pattern", "");
        return pattern.startsWith(FILE) && pattern.endsWith("*" + RouteCheck.SUFFIX) && !pattern.contains(",")
                ? Optional.of(Path.of(pattern.substring(FILE.length()).replaceFirst("/[^/]*\\*.*$", "")))
                : Optional.empty();
    }
}
