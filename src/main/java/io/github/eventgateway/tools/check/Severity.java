package io.github.eventgateway.tools.check;

/** What a finding means for a start. */
public enum Severity {
    /** The gateway does not start with it, and a reload keeps the old routes. */
    ERROR,
    /** The gateway runs as the file says, but the file departs from the form that editors write and readers expect. */
    WARNING,
    /** Nothing is wrong. */
    NOTE
}
