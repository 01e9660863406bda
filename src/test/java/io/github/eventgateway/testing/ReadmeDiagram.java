package io.github.eventgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The picture of the flow in the READMEs. With the system property {@code readme.write} it is written, and not compared. */
public final class ReadmeDiagram {

    private static final List<Path> READMES = List.of(Path.of("README.md"), Path.of("README.zh-CN.md"));
    private static final String START = "```mermaid\n";
    private static final String END = "```";

    private ReadmeDiagram() {}

    /** Holds the READMEs to the diagram that a gateway has made. */
    public static void check(String diagram) {
        for (Path readme : READMES) {
            String text = read(readme);
            int start = text.indexOf(START) + START.length();
            int end = text.indexOf(END, start);
            assertThat(start).as(readme + " has a diagram").isGreaterThan(START.length());
            if (Boolean.getBoolean("readme.write")) {
                write(readme, text.substring(0, start) + diagram + text.substring(end));
            } else {
                assertThat(text.substring(start, end))
                        .as(
                                "%s shows the flow as it was; to write it anew:"
                                        + " mvn test -Dtest=EmbeddedEndToEndTest -Dreadme.write=true",
                                readme)
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
