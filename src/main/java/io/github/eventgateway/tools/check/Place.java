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
 * @param source the text of the line; empty if unknown
 */
record Place(Path file, int line, int column, String source) {

    /** Returns the place with the line from the file; the text is empty if the file is unreadable. */
    static Place of(Path file, int line, int column) {
        String source = "";
        try {
            source = Files.readString(file).lines().skip(line - 1L).findFirst().orElse("");
        } catch (IOException e) {
            // The finding still has the place.
        }
        return new Place(file, line, column, source);
    }

    /** Returns the place of a setting in its file; the beginning of application.yaml if no file has it. */
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

    /** Returns the place in a file. A name in another spelling, such as camelCase, is within another origin. */
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
