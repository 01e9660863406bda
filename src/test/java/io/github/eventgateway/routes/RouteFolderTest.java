package io.github.eventgateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.tools.check.Finding;
import io.github.eventgateway.tools.check.RouteCheck;
import io.github.eventgateway.tools.check.RouteFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The route files of a folder are in order: those of this project, or of the folder with an application.yaml and routes/
 * that {@code -Dgateway.folder=} names.
 */
class RouteFolderTest {

    @Test
    void theRoutesAreInOrder() throws IOException {
        List<Finding> findings = RouteFolders.findings(Path.of(System.getProperty("gateway.folder", "")));

        assertThat(findings).as(RouteCheck.text(findings)).isEmpty();
    }
}
