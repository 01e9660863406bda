package io.github.eventgateway.routes;

import java.util.stream.Stream;

/** Tests of routes that hold for any files that mean the same. */
public final class RouteTestsOnOtherFiles {

    private RouteTestsOnOtherFiles() {}

    /** One test class for each kind of route: verbs, batches, templates, policies, clauses. */
    public static Stream<Class<?>> classes() {
        return Stream.of(PublishEventsTest.class, StoreEventsTest.class, AlertOnErrorsTest.class);
    }
}
