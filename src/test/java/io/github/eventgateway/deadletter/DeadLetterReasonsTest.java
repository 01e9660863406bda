package io.github.eventgateway.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterReasonsTest {

    private static final Path CONSOLE = Path.of("src/main/resources/console");
    private static final Pattern EXPLAINED = Pattern.compile("\"reason\\.([A-Z_]+)\":");

    @ParameterizedTest
    @ValueSource(strings = {"text-en.js", "text-zh.js"})
    void theConsoleExplainsEachReason_andNoOther(String texts) throws IOException {
        String text = Files.readString(CONSOLE.resolve(texts));

        assertThat(EXPLAINED.matcher(text).results().map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(DeadLetterReasons.ALL);
    }
}
