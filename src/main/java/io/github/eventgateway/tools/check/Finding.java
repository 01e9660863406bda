package io.github.eventgateway.tools.check;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * Something that is wrong in a route file, in the schema of an event type or in the settings.
 *
 * @param file where it stands
 * @param line its line, from 1
 * @param column its column, from 1
 * @param severity whether the gateway refuses to start with it
 * @param rule the name of the rule that found it
 * @param message what is wrong, and what to write
 * @param suggestion the nearest right name; empty if nothing is near
 * @param sourceLine the line itself; empty if there is none
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

    /** In one line: file, line, column, what is wrong. */
    @Override
    public String toString() {
        return shown(file) + ":" + line + ":" + column + ": " + message
                + (suggestion.isEmpty() ? "" : "; did you mean " + suggestion + "?") + " [" + rule + "]";
    }

    /** As {@link #toString}, and below it the line with a caret under the place. */
    public String text() {
        if (sourceLine.isBlank()) {
            return toString();
        }
        String before = sourceLine.substring(0, Math.min(column - 1, sourceLine.length()));
        return this + "\n    " + sourceLine + "\n    " + before.replaceAll("[^\t]", " ") + "^";
    }

    /** The file as its reader would name it: from the working directory where it lies below that. */
    Path shown() {
        return shown(file);
    }

    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute) : file;
    }
}
