package io.github.eventgateway.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.tools.check.RouteCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs after all tests in the phase {@code verify}. It fails unless route tests have entered each step of each route
 * file, and reports the counts.
 */
class RouteCoverageGate {

    private static final Path REPORT = Path.of("target", "route-coverage.txt");

    @Test
    void everyStepAndEveryBranchOfTheRoutesIsEntered() throws IOException {
        RouteCoverage coverage = RouteCoverage.of(RouteCheck.read(Path.of("routes")), StepCounter.FOLDER);
        List<String> missed = coverage.missed();
        Files.writeString(REPORT, coverage.report());

        assertThat(missed)
                .as("steps that no route test entered; see %s", REPORT)
                .isEmpty();
    }
}
