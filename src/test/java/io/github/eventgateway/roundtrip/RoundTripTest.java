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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A route file keeps its meaning after an editor opens and saves it. */
class RoundTripTest {

    private static final Path ROUTES = Path.of("routes");
    private static final String PATTERN = "camel.main.routes-include-pattern";

    static Stream<Path> files() throws IOException {
        return RoundTrip.files(ROUTES).stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aSavedFileHasTheSameModel(Path file) throws Exception {
        String name = file.getFileName().toString();
        String written = Files.readString(file);
        String saved = RoundTrip.asAnEditorSaves(written);

        assertThat(saved).isNotEqualTo(written);
        assertThat(comparable(RoundTrip.model(name, saved))).isEqualTo(comparable(RoundTrip.model(name, written)));
    }

    @ParameterizedTest
    @CsvSource({
        "error-policy, maximumRedeliveries: 0, maximumRedeliveries: 1",
        "error-policy, ref: brokerAvailability, ref: another",
        "dead-letter-records, method: messages, method: another",
        "replay-dead-letters, id: settle-replay, id: another",
        "publish-events, 'scopes: \"events:write\"', 'scopes: \"events:read\"'",
        "query-events, type: query, type: header",
        "store-events, 'defaultValue: \"{{gateway.store.group}}\"', defaultValue: another"
    })
    void theComparisonFindsDifferences(String file, String that, String by) throws Exception {
        String name = file + ".camel.yaml";
        String written = Files.readString(ROUTES.resolve(name));
        String other = written.replaceFirst(Pattern.quote(that), by);

        assertThat(other).isNotEqualTo(written);
        assertThat(RoundTrip.model(name, other)).isNotEqualTo(RoundTrip.model(name, written));
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

    /**
     * Since 4.22 Camel's own YAML writer keeps verbs, policies and templates, but in a form that Camel does not read,
     * and it omits error handlers. Each file contains one of these. If this test fails, Camel can save the files too.
     */
    @ParameterizedTest
    @MethodSource("files")
    void camelsOwnWriterLosesAPartOfEachFile(Path file) throws Exception {
        String name = file.getFileName().toString();
        String saved = RoundTrip.asCamelWrites(file);

        switch (name.replace(".camel.yaml", "")) {
            case "dead-letter-records" -> {
                assertThat(saved).contains("doTry:", "description:").doesNotContain("doCatch", "throwException");
                assertThat(RoundTrip.model(name, saved)).isNotEqualTo(RoundTrip.model(name, Files.readString(file)));
            }
            case "alert-on-errors" -> {
                assertThat(saved).doesNotContain("templatedRoute:");
                assertThat(RoundTrip.model(name, saved)).isNotEqualTo(RoundTrip.model(name, Files.readString(file)));
            }
            case "error-policy" -> {
                assertThat(saved).contains("onException:\n      - exception:", "redeliveryPolicy:", "errorHandler:");
                assertNotRead(name, saved, "exception,redeliveryPolicy,steps");
            }
            case "store-events", "store-dead-letters", "handle-events" -> {
                assertThat(saved).contains("templateParameter:", "groupId:");
                assertNotRead(name, saved, "routeTemplate");
            }
            default -> {
                assertThat(saved).contains("verbs:\n", "security:\n");
                assertNotRead(name, saved, "rest");
            }
        }
    }

    private static void assertNotRead(String name, String saved, String what) {
        assertThatThrownBy(() -> RoundTrip.model(name, saved)).hasMessageContaining(what);
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

    /** The options of an endpoint have no order, but Camel keeps one for those with placeholders. */
    private static String comparable(String model) {
        Matcher uri = Pattern.compile("uri=\"([^\"?]*)\\?([^\"]*)\"").matcher(model);
        return uri.replaceAll(found -> Matcher.quoteReplacement("uri=\"" + found.group(1) + "?"
                + Arrays.stream(found.group(2).split("&amp;")).sorted().collect(Collectors.joining("&amp;")) + "\""));
    }
}
