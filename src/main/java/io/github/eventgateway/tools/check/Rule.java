package io.github.eventgateway.tools.check;

import java.util.Locale;

/** One thing that all route files keep to. */
interface Rule {

    /** Says what is wrong in these files. */
    void check(Routes routes, Report report);

    /** What findings are listed under. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Whether it needs to see all files, so that one that cannot be read would make it report what is right. */
    default boolean isAcrossFiles() {
        return false;
    }

    /** What its findings mean for a start. */
    default Severity severity() {
        return Severity.ERROR;
    }

    /** Takes what a rule finds. */
    interface Report {

        /** Takes a finding; the suggestion is the nearest right name, or empty. */
        void add(Place at, String message, String suggestion);

        /** Takes what is of no use and does no harm, whatever the rule's severity. */
        void warn(Place at, String message, String suggestion);

        default void warn(YamlNode at, String message) {
            warn(at.place(), message, "");
        }

        default void add(YamlNode at, String message) {
            add(at.place(), message, "");
        }

        default void add(YamlNode at, String message, String suggestion) {
            add(at.place(), message, suggestion);
        }
    }
}
