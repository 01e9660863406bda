package io.github.eventgateway.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.eventgateway.api.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Checks that the names in the documentation exist: calls, scopes, reasons, metrics, properties and commands. */
class DocumentedNamesTest {

    private static final Pattern CALL = Pattern.compile("\\b(GET|POST) (/api/[^\\s`'\"?…)\\]]*)");
    private static final Pattern VARIABLE = Pattern.compile("\\{[^}]*}");
    private static final Pattern METRIC = Pattern.compile("builder\\(\\s*\"(gateway[.\\w]+)\"");
    private static final Pattern PROPERTY = Pattern.compile("public static final String \\w+ = \"(\\w+)\";");
    private static final Pattern JAR_COMMAND =
            Pattern.compile("java -jar (?:target/event-gateway|app)\\.jar ([a-z][\\w-]*)");
    private static final Pattern COMMAND_NAME = Pattern.compile("@Command\\(\\s*name = \"([a-z-]+)\"");
    private static final Pattern BENCH = Pattern.compile("\\bbench/([a-z-]+)(?![\\w.-])");
    private static final Pattern TEST = Pattern.compile("-Dtest='?(\\w+)(?![\\w*])");
    private static final Set<String> UNDOCUMENTED = Set.of("GET /api/openapi.yaml");

    static Stream<Path> all() throws IOException {
        return DocumentationTest.all();
    }

    /** Returns each call of the contract, with {} for each variable, and its scopes. */
    private static Map<String, Set<String>> contract() throws IOException {
        JsonNode paths = new ObjectMapper()
                .valueToTree(new Yaml().load(Files.readString(Path.of("src/main/resources/openapi.yaml"))))
                .get("paths");
        Map<String, Set<String>> calls = new TreeMap<>();
        paths.properties().forEach(path -> path.getValue().properties().forEach(verb -> {
            String call = verb.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
            if (CALL.matcher(call).matches()) {
                Set<String> scopes = new TreeSet<>();
                verb.getValue().at("/security/0/bearer").forEach(scope -> scopes.add(scope.asText()));
                calls.put(general(call), scopes);
            }
        }));
        return calls;
    }

    private static String general(String call) {
        return VARIABLE.matcher(call).replaceAll("{}");
    }

    private static List<String> calls(String text) {
        return CALL.matcher(text).results().map(found -> general(found.group())).toList();
    }

    private static List<String> rows(String page, String first) throws IOException {
        return Files.readAllLines(Path.of(page)).stream()
                .filter(line -> line.startsWith("| " + first))
                .toList();
    }

    private static Stream<String> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(DocumentedNamesTest::text)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> inSources(Pattern pattern) {
        return sources()
                .flatMap(source -> pattern.matcher(source).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theReadmeListsEveryCallWithItsScopes(String readme) throws IOException {
        Map<String, Set<String>> contract = contract();
        List<String> listed = new ArrayList<>();
        for (String row : rows(readme, "`")) {
            for (String call : calls(row)) {
                listed.add(call);
                String scopes = row.substring(row.lastIndexOf('|', row.length() - 2));
                contract.getOrDefault(call, Set.of())
                        .forEach(scope -> assertThat(scopes).as(call).contains(scope));
            }
        }
        assertThat(listed)
                .containsAll(contract.keySet().stream()
                        .filter(call -> !UNDOCUMENTED.contains(call))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyCallIsInTheContract(Path page) throws IOException {
        assertThat(calls(text(page)).stream().map(call -> call.replaceAll("/(user_login|x)$", "/{}")))
                .isSubsetOf(contract().keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/getting-started.md", "docs/zh/getting-started.md"})
    void everyReasonIsExplained(String page) throws IOException {
        List<String> rows = rows(page, "`").stream()
                .filter(row -> row.matches("\\| `[A-Z_]+` \\| [0-9]{3} \\|.*"))
                .toList();
        assertThat(rows.stream().map(row -> row.replaceAll("\\| `(\\w+)` \\| ([0-9]+) .*", "$1 $2")))
                .containsExactlyElementsOf(Arrays.stream(Reason.values())
                        .map(reason -> reason + " " + reason.status())
                        .toList());
        for (String row : rows) {
            Reason reason = Reason.valueOf(row.replaceAll("\\| `(\\w+)`.*", "$1"));
            if (reason.isTemporary()) {
                assertThat(row.split("\\|")[3]).as(row).matches(" (yes|可以).*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/operations.md", "docs/zh/operations.md"})
    void everyMetricIsExplained_andNoOther(String page) throws IOException {
        assertThat(rows(page, "`gateway_").stream()
                        .filter(row -> row.matches("\\| `\\w+` \\|.*"))
                        .map(row -> row.replaceAll("\\| `(\\w+)`.*", "$1"))
                        .map(name -> name.replaceAll("_(total|seconds|bytes)$", "")))
                .containsExactlyInAnyOrderElementsOf(inSources(METRIC).stream()
                        .map(name -> name.replace('.', '_'))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/editing-routes.md", "docs/zh/editing-routes.md"})
    void everyPropertyOfACallIsExplained(String page) throws IOException {
        Set<String> properties = sources()
                .filter(source -> source.contains("class CallProperties "))
                .flatMap(source -> PROPERTY.matcher(source).results())
                .map(found -> "`" + found.group(1) + "`")
                .collect(Collectors.toSet());
        assertThat(properties).hasSizeGreaterThan(4);
        assertThat(rows(page, "`")).extracting(row -> row.split(" ")[1]).containsAll(properties);
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyCommandExists(Path page) {
        String text = text(page);
        assertThat(JAR_COMMAND.matcher(text).results().map(found -> found.group(1)))
                .isSubsetOf(inSources(COMMAND_NAME));
        BENCH.matcher(text)
                .results()
                .filter(found -> !found.group(1).equals("results"))
                .forEach(found -> assertThat(Path.of("bench", found.group(1))).exists());
    }

    @Test
    void everyTestThatACommandRunsExists() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            Set<String> tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
            assertThat(all().flatMap(page -> TEST.matcher(text(page)).results()).map(found -> found.group(1)))
                    .hasSizeGreaterThan(2)
                    .isSubsetOf(tests);
        }
    }
}
