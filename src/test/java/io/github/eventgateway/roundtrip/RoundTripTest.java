package io.github.eventgateway.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.eventgateway.routes.RouteTestsOnOtherFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A route file keeps its meaning when an editor opens and saves it: nothing that matters stands in comments or in the form. */
class RoundTripTest {

    private static final Path ROUTES = Path.of("routes");
    private static final String PATTERN = "camel.main.routes-include-pattern";

    static Stream<Path> files() throws IOException {
        return RoundTrip.files(ROUTES).stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aSavedFileIsTheSameToCamel(Path file) throws Exception {
        String name = file.getFileName().toString();
        String written = Files.readString(file);
        String saved = RoundTrip.asAnEditorSaves(written);

        assertThat(saved).isNotEqualTo(written);
        assertThat(comparable(RoundTrip.model(name, saved))).isEqualTo(comparable(RoundTrip.model(name, written)));
    }

    @Test
    void theComparisonSeesWhatIsOther() throws Exception {
        String written = Files.readString(ROUTES.resolve("error-policy.camel.yaml"));
        String other = written.replaceFirst("maximumRedeliveries: 0", "maximumRedeliveries: 1");

        assertThat(other).isNotEqualTo(written);
        assertThat(RoundTrip.model("error-policy.camel.yaml", other))
                .isNotEqualTo(RoundTrip.model("error-policy.camel.yaml", written));
    }

    @Test
    void theTestsOfTheRoutesPassOnSavedFiles(@TempDir Path folder) throws Exception {
        for (Path file : RoundTrip.files(ROUTES)) {
            Files.writeString(
                    folder.resolve("saved-" + file.getFileName()), RoundTrip.asAnEditorSaves(Files.readString(file)));
        }
        System.setProperty(PATTERN, "file:" + folder + "/*.camel.yaml");
        try {
            TestExecutionSummary summary = run(RouteTestsOnOtherFiles.classes());
            StringWriter failures = new StringWriter();
            summary.printFailuresTo(new PrintWriter(failures));
            assertThat(summary.getTotalFailureCount()).as(failures.toString()).isZero();
            assertThat(summary.getTestsSucceededCount()).isGreaterThan(20);
        } finally {
            System.clearProperty(PATTERN);
        }
    }

    /** Camel's own writer of YAML cannot write these files; where that changes, so can the test above. */
    @Test
    void camelsOwnWriterLosesVerbsPoliciesAndClauses() throws Exception {
        assertThat(camelWrites("error-policy"))
                .contains("id: retry-then-read-again")
                .doesNotContain("onException", "errorHandler", "redeliveryPolicy");
        assertThat(camelWrites("dead-letter-records"))
                .contains("doTry:")
                .doesNotContain("doCatch", "throwException", "description:");
        assertThat(camelWrites("publish-events"))
                .contains("id: post-event")
                .doesNotContain("security", "scopes", "description:");
        assertThat(camelWrites("store-events")).contains("store-batch").doesNotContain("kafka:", "groupId");
        for (String file : new String[] {"alert-on-errors", "query-events", "triage-dead-letters"}) {
            assertThatThrownBy(() -> camelWrites(file)).hasMessageContaining("JsonParseException");
        }
    }

    private static String camelWrites(String file) throws Exception {
        return RoundTrip.asCamelWrites(ROUTES.resolve(file + ".camel.yaml"));
    }

    private static TestExecutionSummary run(Stream<Class<?>> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        tests.map(test -> (DiscoverySelector) selectClass(test)).toList())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    /** The options of an endpoint are a set; Camel keeps the order in which it read those of a placeholder. */
    private static String comparable(String model) {
        Matcher uri = Pattern.compile("uri=\"([^\"?]*)\\?([^\"]*)\"").matcher(model);
        return uri.replaceAll(found -> Matcher.quoteReplacement("uri=\"" + found.group(1) + "?"
                + Arrays.stream(found.group(2).split("&amp;")).sorted().collect(Collectors.joining("&amp;")) + "\""));
    }
}
