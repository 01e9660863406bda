package io.github.eventgateway.tools.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteFileTest {

    private static RouteFile file(String name) throws IOException {
        return RouteFile.of(Files.readString(Path.of("routes", name)));
    }

    @Test
    void aFileProvidesItsTemplatesAndPolicies_andUsesTheNamedOnes() throws IOException {
        RouteFile store = file("store-events.camel.yaml");
        assertThat(store.gives()).containsOnlyKeys("routeTemplate:store-events");
        assertThat(store.templatedRoutes()).containsExactly("store-user-events", "store-system-logs");

        assertThat(store.takesAnyOf(Set.of("routeTemplate:store-events"))).isTrue();
        assertThat(store.takesAnyOf(Set.of("routeConfiguration:retry-then-read-again")))
                .isTrue();
        assertThat(store.takesAnyOf(Set.of("routeConfiguration:watch-broker"))).isFalse();
        assertThat(file("error-policy.camel.yaml").holdsPolicy("watch-broker")).isTrue();
    }

    @Test
    void thePolicyWithoutAnIdAffectsEveryFileWithRoutes() throws IOException {
        assertThat(file("error-policy.camel.yaml").holdsPolicy(null)).isTrue();
        for (String name : new String[] {"query-events", "store-events", "alert-on-errors"}) {
            assertThat(file(name + ".camel.yaml").takesAnyOf(Set.of("routeConfiguration:")))
                    .as(name)
                    .isTrue();
        }
    }
}
