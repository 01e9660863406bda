package io.github.eventgateway.tools.check;

import java.util.Locale;

/** A rule for all route files. */
interface Rule {

    /** Reports the mistakes in these files. */
    void check(Routes routes, Report report);

    /** Returns the name that findings show. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Returns whether it needs to see all files. Such a rule would report false mistakes if a file is unreadable. */
    default boolean isAcrossFiles() {
        return false;
    }

    /** Returns the effect of its findings on a start. */
    default Severity severity() {
        return Severity.ERROR;
    }

    /** Receives the findings of a rule. */
    interface Report {

        /** Receives a finding. The suggestion is the most similar valid name, or empty. */
        void add(Place at, String message, String suggestion);

        /** Receives a finding about useless but harmless content, whatever the severity of the rule. */
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
