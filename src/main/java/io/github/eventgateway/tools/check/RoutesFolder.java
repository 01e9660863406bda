package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.env.PropertyResolver;

/** Where the routes are. */
public final class RoutesFolder {

    private static final String FILE = "file:";

    private RoutesFolder() {}

    /** The folder that {@code camel.main.routes-include-pattern} names; empty if that is not one folder of files. */
    public static Optional<Path> of(PropertyResolver settings) {
        String pattern = settings.getProperty("camel.main.routes-include-pattern", "");
        return pattern.startsWith(FILE) && pattern.endsWith("*" + RouteCheck.SUFFIX) && !pattern.contains(",")
                ? Optional.of(Path.of(pattern.substring(FILE.length()).replaceFirst("/[^/]*\\*.*$", "")))
                : Optional.empty();
    }
}
