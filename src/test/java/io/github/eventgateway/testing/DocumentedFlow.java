package io.github.eventgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The diagram in docs/flow.md and docs/zh/flow.md. With the system property {@code docs.write} it is written instead of
 * compared.
 */
public final class DocumentedFlow {

    private static final List<Path> PAGES = List.of(Path.of("docs/flow.md"), Path.of("docs/zh/flow.md"));
    private static final String START = "```mermaid\n";
    private static final String END = "```";

    private DocumentedFlow() {}

    /** Compares the pages with the diagram of a running gateway. */
    public static void check(String diagram) {
        for (Path page : PAGES) {
            String text = read(page);
            int start = text.indexOf(START) + START.length();
            int end = text.indexOf(END, start);
            assertThat(start).as(page + " has a diagram").isGreaterThan(START.length());
            if (Boolean.getBoolean("docs.write")) {
                write(page, text.substring(0, start) + diagram + text.substring(end));
            } else {
                assertThat(text.substring(start, end))
                        .as(
                                "%s does not show the present flow. This command writes it:"
                                        + " mvn test -Dtest=EmbeddedEndToEndTest -Ddocs.write=true",
                                page)
                        .isEqualTo(diagram);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
