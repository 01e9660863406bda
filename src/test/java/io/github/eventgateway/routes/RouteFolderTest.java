package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.tools.check.Finding;
import io.github.eventgateway.tools.check.RouteCheck;
import io.github.eventgateway.tools.check.RouteFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the route files of a folder: those of this project, or of the gateway folder in {@code -Dgateway.folder=}. */
class RouteFolderTest {

    @Test
    void theRoutesHaveNoFindings() throws IOException {
        List<Finding> findings = RouteFolders.findings(Path.of(System.getProperty("gateway.folder", "")));

        assertThat(findings).as(RouteCheck.text(findings)).isEmpty();
    }
}
