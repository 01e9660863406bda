package io.github.eventgateway.lint;

/** One thing that all route files keep to. */
interface Rule {

    /** Says what is wrong in these files. */
    void check(Routes routes, Report report);

    /** What findings are listed under. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }

    /** Takes what a rule finds. */
    @FunctionalInterface
    interface Report {

        void add(YamlNode at, String message);
    }
}
