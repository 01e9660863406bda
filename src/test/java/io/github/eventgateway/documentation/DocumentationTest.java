package io.github.eventgateway.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the structure of the pages in both languages, and checks their links. */
class DocumentationTest {

    private static final Path ROOT = Path.of("");
    private static final Path DOCS = Path.of("docs");
    private static final Path CHINESE = DOCS.resolve("zh");

    private static Stream<Path> markdown(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        }
    }

    static Stream<Path> english() throws IOException {
        return Stream.concat(Stream.of(Path.of("README.md")), markdown(DOCS));
    }

    static Stream<Path> all() throws IOException {
        return Stream.of(
                        markdown(ROOT),
                        markdown(DOCS),
                        markdown(CHINESE),
                        markdown(DOCS.resolve("adr")),
                        markdown(Path.of("bench")),
                        markdown(Path.of("bench/results")))
                .flatMap(pages -> pages);
    }

    private static Path chinese(Path english) {
        return english.startsWith(DOCS)
                ? CHINESE.resolve(english.getFileName())
                : Path.of(english.toString().replace(".md", ".zh-CN.md"));
    }

    @Test
    void everyPageIsThereInBothLanguages() throws IOException {
        assertThat(markdown(CHINESE).map(Path::getFileName))
                .containsExactlyElementsOf(markdown(DOCS).map(Path::getFileName).toList());
    }

    @ParameterizedTest
    @MethodSource("english")
    void bothLanguagesHaveTheSameHeadings(Path english) {
        assertThat(MarkdownPage.of(chinese(english)).headingLevels())
                .isEqualTo(MarkdownPage.of(english).headingLevels());
    }

    @ParameterizedTest
    @MethodSource("english")
    void bothLanguagesHaveTheSameCodeBlocks(Path english) {
        assertThat(MarkdownPage.of(chinese(english)).codeBlocks())
                .isEqualTo(MarkdownPage.of(english).codeBlocks());
    }

    @ParameterizedTest
    @MethodSource("english")
    void bothLanguagesHaveTheSameTables(Path english) {
        assertThat(MarkdownPage.of(chinese(english)).rowNames())
                .isEqualTo(MarkdownPage.of(english).rowNames());
    }

    @ParameterizedTest
    @MethodSource("english")
    void eachPageLeadsToItsTranslation(Path english) {
        for (List<Path> pair : List.of(List.of(english, chinese(english)), List.of(chinese(english), english))) {
            MarkdownPage page = MarkdownPage.of(pair.get(0));
            assertThat(resolve(page, page.links().get(0)))
                    .as("the first link of " + page.file())
                    .isEqualTo(pair.get(1));
        }
    }

    @ParameterizedTest
    @MethodSource("english")
    void everyPageIsReachedFromTheReadme(Path english) {
        for (Path target : List.of(english, chinese(english))) {
            MarkdownPage readme =
                    MarkdownPage.of(Path.of(target.startsWith(CHINESE) ? "README.zh-CN.md" : "README.md"));
            assertThat(readme.links())
                    .filteredOn(link -> target.equals(readme.file())
                            || resolve(readme, link).equals(target))
                    .as("links of %s to %s", readme.file(), target)
                    .isNotEmpty();
        }
    }

    @Test
    void everyDecisionIsListed() throws IOException {
        Path adr = DOCS.resolve("adr");
        MarkdownPage index = MarkdownPage.of(adr.resolve("README.md"));
        assertThat(index.links().stream().map(adr::resolve))
                .containsExactlyElementsOf(
                        markdown(adr).filter(page -> !page.equals(index.file())).toList());
    }

    @ParameterizedTest
    @MethodSource("all")
    void noLinkIsDead(Path file) {
        MarkdownPage page = MarkdownPage.of(file);
        for (String link : page.links()) {
            if (!link.matches("(https?|mailto):.*")) {
                Path target = resolve(page, link);
                assertThat(target).as("%s links to %s", file, link).exists();
                if (link.contains("#")) {
                    assertThat(MarkdownPage.of(target).anchors())
                            .as("%s links to %s", file, link)
                            .contains(link.substring(link.indexOf('#') + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void theReadmeIsShort_andItsTestIsTheOneThatCiRuns(String readme) throws IOException {
        assertThat(Files.readAllLines(Path.of(readme))).hasSizeLessThan(130);
        assertThat(MarkdownPage.of(Path.of(readme)).codeBlocks()).contains("```\nmvn verify\n");
        assertThat(Files.readString(Path.of(".ci/run"))).contains("exec mvn -B verify");
        assertThat(Files.readString(Path.of(".github/workflows/verify.yml"))).contains("run: .ci/run");
    }

    private static Path resolve(MarkdownPage page, String link) {
        String path = link.replaceAll("#.*", "");
        return path.isEmpty() ? page.file() : page.file().resolveSibling(path).normalize();
    }
}
