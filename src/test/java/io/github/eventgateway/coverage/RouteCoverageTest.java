package io.github.eventgateway.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.tools.check.RouteCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which steps the gate counts as entered. */
class RouteCoverageTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("counts"));
        Files.writeString(folder.resolve("routes/a.camel.yaml"), """
                - route:
                    from:
                      uri: direct:a
                      steps:
                        - filter:
                            id: if
                            steps:
                              - stop: {}
                        - bean:
                            id: after
                - routeConfiguration:
                    onException:
                      - onException:
                          exception:
                            - a.B
                """);
    }

    private List<String> missed(String... counts) throws Exception {
        for (int i = 0; i < counts.length; i++) {
            Files.writeString(folder.resolve("counts/jvm-" + i + ".txt"), counts[i]);
        }
        return RouteCoverage.of(RouteCheck.read(folder.resolve("routes")), folder.resolve("counts"))
                .missed();
    }

    @Test
    void aStepThatWasNeverEnteredIsMissed() throws Exception {
        assertThat(missed())
                .containsExactly(
                        "a.camel.yaml:5 filter if",
                        "a.camel.yaml:5 filter if, held back",
                        "a.camel.yaml:9 bean after",
                        "a.camel.yaml:8 stop",
                        "a.camel.yaml:13 onException a.B");
    }

    @Test
    void aFilterThatAlwaysPassedIsMissed() throws Exception {
        assertThat(missed("""
                        2 file:routes/a.camel.yaml:5 if
                        2 file:routes/a.camel.yaml:8 stop1
                        2 file:routes/a.camel.yaml:9 after
                        1 file:routes/a.camel.yaml:13 null
                        """)).containsExactly("a.camel.yaml:5 filter if, held back");
    }

    @Test
    void theCountsOfAllRunsTogetherAreEnough() throws Exception {
        assertThat(missed(
                        "2 file:routes/a.camel.yaml:5 if\n1 file:routes/a.camel.yaml:8 stop1\n",
                        "1 file:routes/a.camel.yaml:9 after\n1 file:routes/a.camel.yaml:13 null\n"))
                .isEmpty();
    }
}
