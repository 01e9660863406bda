package io.github.eventgateway.lint;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * Something that is wrong in a route file.
 *
 * @param file where it stands
 * @param line its line, from 1
 * @param rule the name of the rule that found it
 * @param message what is wrong, and what to write
 */
public record Finding(Path file, int line, String rule, String message) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::file).thenComparing(Finding::line).thenComparing(Finding::message);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return file + ":" + line + ": " + message + " [" + rule + "]";
    }
}
