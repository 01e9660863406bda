package io.github.eventgateway.tools.check;

/** The effect of a finding on a start. */
public enum Severity {
    /** The gateway does not start, and a reload keeps the old routes. */
    ERROR,
    /** The gateway runs as the file says, but the file is not in the form that editors write and readers expect. */
    WARNING,
    /** Nothing is wrong. */
    NOTE
}
