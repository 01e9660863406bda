package io.github.eventgateway.tools.check;

/** The effect of a finding on a start. */
public enum Severity {
    /** The gateway does not start, and a reload keeps the old routes. */
    ERROR,
    /** The gateway runs with the file, but the file does not have the form that editors write and readers expect. */
    WARNING,
    /** A remark without an effect. */
    NOTE
}
