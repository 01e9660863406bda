package io.github.eventgateway.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.eventgateway.documentation.DocumentedSettings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the settings tables in docs/configuration.md with the code and application.yaml. */
class ConfigurationPageTest {

    private static final String COMMAND = "mvn test -Dtest=ConfigurationPageTest -Ddocs.write=true";
    private static final Pattern MARKER = Pattern.compile("<!-- settings: ([^>]+) -->");

    private static DocumentedSettings settings;

    /** A page with its language. */
    enum Page {
        ENGLISH("docs/configuration.md", "| setting | variable | default | description |", Setting::english),
        CHINESE("docs/zh/configuration.md", "| 设置 | 变量 | 默认值 | 说明 |", Setting::chinese);

        private final Path file;
        private final String head;
        private final Function<Setting, String> description;

        Page(String file, String head, Function<Setting, String> description) {
            this.file = Path.of(file);
            this.head = head;
            this.description = description;
        }

        private List<String> table(String prefixes) {
            List<String> lines = new ArrayList<>(List.of(head, "|---|---|---|---|"));
            for (Setting setting : settings.below(prefixes).values()) {
                lines.add("| " + code(setting.name()) + " | " + variables(setting) + " | " + code(setting.value())
                        + " | " + description.apply(setting) + " |");
            }
            return lines;
        }

        private static String variables(Setting setting) {
            return setting.variables().stream().map(Page::code).collect(Collectors.joining(", "));
        }

        private static String code(String text) {
            return text.isEmpty() ? "" : "`" + text + "`";
        }

        /** Returns the page with new tables below its markers. */
        private List<String> written() throws IOException {
            List<String> lines = new ArrayList<>();
            boolean old = false;
            for (String line : Files.readAllLines(file)) {
                old = old && line.startsWith("|");
                if (!old) {
                    lines.add(line);
                }
                var marker = MARKER.matcher(line);
                if (marker.matches()) {
                    lines.addAll(table(marker.group(1)));
                    old = true;
                }
            }
            return lines;
        }
    }

    @BeforeAll
    static void readTheSettings() throws IOException {
        settings = DocumentedSettings.read();
    }

    @ParameterizedTest
    @EnumSource
    void theTablesMatchTheSettings(Page page) throws IOException {
        List<String> written = page.written();
        List<String> missing = new ArrayList<>(written);
        missing.removeAll(Files.readAllLines(page.file));
        if (Boolean.getBoolean("docs.write")) {
            Files.write(page.file, written);
        } else {
            assertThat(missing)
                    .as("lines that %s lacks. This command writes it: %s", page.file, COMMAND)
                    .isEmpty();
            assertThat(Files.readAllLines(page.file)).hasSameSizeAs(written);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everySettingIsInExactlyOneTable(Page page) throws IOException {
        assertThat(MARKER.matcher(Files.readString(page.file))
                        .results()
                        .flatMap(marker -> settings.below(marker.group(1)).keySet().stream()))
                .containsExactlyInAnyOrderElementsOf(settings.described().keySet());
    }

    @Test
    void everySettingOfTheFileIsDescribed() {
        assertThat(settings.values().keySet())
                .as("describe settings in the Javadoc of their record, or, if only routes read them, in"
                        + " src/main/resources/META-INF/additional-spring-configuration-metadata.json")
                .filteredOn(name -> !settings.described().containsKey(name))
                .isEmpty();
    }

    @Test
    void everySettingIsInTheFile_exceptThoseThatNeedNoValue() {
        assertThat(settings.described().keySet())
                .filteredOn(name -> !settings.values().containsKey(name))
                .containsExactlyInAnyOrder(
                        "gateway.erasure.user-fields",
                        "gateway.events.redaction.hashed",
                        "gateway.events.redaction.redacted");
    }

    @Test
    void everySettingIsDescribedInBothLanguages() {
        assertThat(settings.described().keySet())
                .as("names in " + DocumentedSettings.CHINESE)
                .filteredOn(name -> !settings.chinese().containsKey(name))
                .isEmpty();
        assertThat(settings.chinese().keySet())
                .as("names in " + DocumentedSettings.CHINESE)
                .filteredOn(name -> !settings.described().containsKey(name))
                .isEmpty();
        assertThat(settings.described().values())
                .allSatisfy(setting -> assertThat(setting.path("description").asText())
                        .as(setting.path("name").asText())
                        .endsWith("."));
    }

    @Test
    void theDefaultsOfTheCodeMatchTheFile() {
        Map<String, String> inCode = settings.described().keySet().stream()
                .filter(name -> settings.described().get(name).has("defaultValue"))
                .collect(Collectors.toMap(name -> name, settings::defaultInCode));

        assertThat(inCode).hasSizeGreaterThan(80);
        assertThat(inCode.entrySet())
                .filteredOn(entry -> !entry.getValue().equals(settings.values().get(entry.getKey())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/configuration.md", "docs/zh/configuration.md"})
    void everyEnvironmentVariableIsNamed(String page) throws IOException {
        String text = Files.readString(Path.of(page));
        assertThat(settings.variables())
                .hasSizeGreaterThan(50)
                .filteredOn(variable -> !text.contains("`" + variable + "`"))
                .isEmpty();
    }
}
