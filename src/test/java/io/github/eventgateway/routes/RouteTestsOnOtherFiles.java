package io.github.eventgateway.routes;

import java.util.stream.Stream;

/** Marks tests of routes that also pass on rewritten files with the same meaning. */
public final class RouteTestsOnOtherFiles {

    private RouteTestsOnOtherFiles() {}

    /** Returns one test class for each kind of route: verbs, batches, templates, policies, clauses. */
    public static Stream<Class<?>> classes() {
        return Stream.of(PublishEventsTest.class, StoreEventsTest.class, AlertOnErrorsTest.class);
    }
}
