package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1
 * @param source the line itself; empty where there is none
 */
record Place(Path file, int line, int column, String source) {

    /** The place, with its line read from the file; the line is empty where it cannot be read. */
    static Place of(Path file, int line, int column) {
        String source = "";
        try {
            source = Files.readString(file).lines().skip(line - 1L).findFirst().orElse("");
        } catch (IOException e) {
            // The finding says where all the same.
        }
        return new Place(file, line, column, source);
    }
}
