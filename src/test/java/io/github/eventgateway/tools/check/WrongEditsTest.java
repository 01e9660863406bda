package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.FileSystemUtils;

/**
 * Tries one of each mistake in the gateway's own files: the finding has the right place and name. Correct files have no
 * finding. The test also writes a table of the mistakes.
 */
class WrongEditsTest {

    private static final Path TABLE = Path.of("target", "wrong-edits.md");
    private static final Map<String, String> FOUND = new ConcurrentSkipListMap<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void copyTheFiles() throws IOException {
        Files.copy(Path.of("application.yaml"), folder.resolve("application.yaml"));
        FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
    }

    static Stream<WrongEdit> edits() {
        return Stream.concat(WrongEdits.all(), WrongRoutes.all());
    }

    private List<Finding> check() throws IOException {
        return RouteFolders.findings(folder);
    }

    @ParameterizedTest
    @MethodSource("edits")
    void aMistakeIsReportedAtItsPlace(WrongEdit edit) throws IOException {
        int line = edit.apply(folder);

        List<Finding> found = check();

        assertThat(found)
                .as("%s, expected in %s:%d", edit.name(), edit.foundIn(), line)
                .anySatisfy(finding -> {
                    assertThat(finding.file()).isEqualTo(folder.resolve(edit.foundIn()));
                    assertThat(finding.line()).isEqualTo(line);
                    assertThat(finding.toString()).contains(edit.says());
                });
        Finding first = found.stream()
                .filter(finding -> finding.line() == line && finding.toString().contains(edit.says()))
                .findFirst()
                .orElseThrow();
        FOUND.put(
                edit.name(),
                "| %s | %s:%d:%d | %s | %d |"
                        .formatted(
                                edit.name(),
                                edit.foundIn(),
                                first.line(),
                                first.column(),
                                first.toString().replaceFirst("^.*?:\\d+:\\d+: ", ""),
                                found.size()));
    }

    static Stream<WrongEdit> variants() {
        return Stream.of(WrongVariants.all(), WrongValues.all(), WrongKinds.all())
                .flatMap(edits -> edits);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aMistakeInAnotherFormIsFoundToo(WrongEdit edit) throws IOException {
        Path file = folder.resolve(edit.file());
        String before = Files.exists(file) ? Files.readString(file) : "";
        edit.apply(folder);
        int first = 1;
        if (edit.before() != null) {
            first = (int) before.substring(0, before.indexOf(edit.before()))
                            .chars()
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
        }
        int last = first + (int) edit.after().lines().count();
        boolean elsewhere = !edit.foundIn().equals(edit.file());

        List<Finding> found = check();

        int from = first;
        assertThat(found)
                .as("%s, expected in %s:%d to %d", edit.name(), edit.foundIn(), from, last)
                .anySatisfy(finding -> {
                    assertThat(finding.file()).isEqualTo(folder.resolve(edit.foundIn()));
                    assertThat(elsewhere || finding.line() >= from && finding.line() <= last)
                            .isTrue();
                    assertThat(finding.toString()).contains(edit.says());
                });
    }

    static Stream<WrongEdit> rightEdits() {
        return Stream.of(RightRoutes.all(), RightVariants.all(), RightValues.all())
                .flatMap(edits -> edits);
    }

    @ParameterizedTest
    @MethodSource("rightEdits")
    void aCorrectEditHasNoFindings(WrongEdit edit) throws IOException {
        edit.apply(folder);

        assertThat(check()).as(edit.name()).isEmpty();
    }

    @Test
    void theUneditedFilesHaveNoFindings() throws IOException {
        assertThat(check()).isEmpty();
    }

    @Test
    void thereAreEnoughMistakes_withUniqueNames() {
        List<String> names = edits().map(WrongEdit::name).toList();

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(60);
    }

    @Test
    void allFindingsAreReportedTogether() throws IOException {
        List<WrongEdit> some = edits().filter(edit -> List.of(
                                "a bean that does not exist",
                                "a scope that no token has",
                                "an option that no component has")
                        .contains(edit.name()))
                .toList();
        for (WrongEdit edit : some) {
            edit.apply(folder);
        }

        assertThat(some).hasSize(3);
        assertThat(check()).hasSize(3);
    }

    @AfterAll
    static void writeTheTable() throws IOException {
        Files.writeString(
                TABLE,
                FOUND.values().stream()
                        .collect(Collectors.joining(
                                "\n",
                                "| edit | found at | what is said | findings in all |\n| --- | --- | --- | --- |\n",
                                "\n")));
    }
}
