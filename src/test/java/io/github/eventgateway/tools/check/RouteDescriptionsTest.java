package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** All routes of the gateway have a description in the same form. */
class RouteDescriptionsTest {

    @Test
    void eachDescriptionHasInOutAndOnFailure() throws IOException {
        assertThat(RouteCheck.read(Path.of("routes")).routes())
                .hasSizeGreaterThan(30)
                .allSatisfy(route -> assertThat(route.node().text("description").replaceAll("\\s+", " "))
                        .as(route.id())
                        .matches("In - .+\\. Out - .+\\. On failure - .+\\."));
    }
}
