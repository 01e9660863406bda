package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * A mistake in a route file, in the schema of an event type or in the settings.
 *
 * @param file the file
 * @param line its line, from 1
 * @param column its column, from 1
 * @param severity whether the gateway refuses to start with it
 * @param rule the name of the rule that found it
 * @param message the mistake and its remedy
 * @param suggestion the most similar valid name; empty without one
 * @param sourceLine the text of the line; empty without one
 */
public record Finding(
        Path file,
        int line,
        int column,
        Severity severity,
        String rule,
        String message,
        String suggestion,
        String sourceLine)
        implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
            .thenComparing(Finding::line)
            .thenComparing(Finding::column)
            .thenComparing(Finding::message);

    static Finding of(Place at, Severity severity, String rule, String message, String suggestion) {
        return new Finding(at.file(), at.line(), at.column(), severity, rule, message, suggestion, at.source());
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    /** Returns one line: file, line, column and message. */
    @Override
    public String toString() {
        return shown(file) + ":" + line + ":" + column + ": " + message
                + (suggestion.isEmpty() ? "" : "; did you mean " + suggestion + "?") + " [" + rule + "]";
    }

    /** Returns the same, and below it the line with a caret under the place. */
    public String text() {
        if (sourceLine.isBlank()) {
            return toString();
        }
        String before = sourceLine.substring(0, Math.min(column - 1, sourceLine.length()));
        return this + "\n    " + sourceLine + "\n    " + before.replaceAll("[^\t]", " ") + "^";
    }

    /** Returns the file relative to the working directory if it is below it. */
    Path shown() {
        return shown(file);
    }

    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute) : file;
    }
}
