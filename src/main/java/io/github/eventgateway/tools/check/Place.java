package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1
 * @param source the line itself; empty if there is none
 */
record Place(Path file, int line, int column, String source) {

    /** The place, with its line read from the file; the line is empty if it cannot be read. */
    static Place of(Path file, int line, int column) {
        String source = "";
        try {
            source = Files.readString(file).lines().skip(line - 1L).findFirst().orElse("");
        } catch (IOException e) {
            // The finding says where all the same.
        }
        return new Place(file, line, column, source);
    }

    /** Where a setting stands in its file; the beginning of application.yaml where it stands in none. */
    static Place ofSetting(String setting, ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .map(source -> written(OriginLookup.getOrigin(source, setting)))
                .filter(origin -> origin != null && origin.getLocation() != null)
                .findFirst()
                .map(origin -> of(
                        file(origin),
                        origin.getLocation().getLine() + 1,
                        origin.getLocation().getColumn() + 1))
                .orElse(new Place(Path.of("application.yaml"), 1, 1, ""));
    }

    /** The place in a file; of a name in another spelling, such as camelCase, it is inside of another origin. */
    private static TextResourceOrigin written(Origin origin) {
        Origin inner = origin instanceof PropertySourceOrigin outer ? outer.getOrigin() : origin;
        return inner instanceof TextResourceOrigin text ? text : null;
    }

    private static Path file(TextResourceOrigin origin) {
        try {
            return origin.getResource().getFile().toPath();
        } catch (IOException e) {
            return Path.of("application.yaml");
        }
    }
}
