package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mistake in the files of a gateway, and the finding for it.
 *
 * @param name a description of the mistake
 * @param file the changed file, relative to the folder with application.yaml and routes/
 * @param before the text to replace; null if the file is rewritten, or the text is appended
 * @param after the new text; null if the file is deleted
 * @param foundIn the file in the finding
 * @param at a text in the line of the finding: the first such line after the beginning of the edit, or of the file if
 *     another file was edited
 * @param isAbove whether that line is instead the last one before the edit
 * @param says a text in the message of the finding
 */
record WrongEdit(
        String name,
        String file,
        String before,
        String after,
        String foundIn,
        String at,
        boolean isAbove,
        String says) {

    static WrongEdit of(String name, String file, String before, String after) {
        return new WrongEdit(name, file, before, after, file, null, false, "");
    }

    /** Returns an edit with a new file, or with text at the end of an existing one. */
    static WrongEdit more(String name, String file, String text) {
        return of(name, file, null, text);
    }

    WrongEdit in(String other) {
        return new WrongEdit(name, file, before, after, other, at, isAbove, says);
    }

    WrongEdit at(String text) {
        return new WrongEdit(name, file, before, after, foundIn, text, isAbove, says);
    }

    WrongEdit says(String text) {
        return new WrongEdit(name, file, before, after, foundIn, at, isAbove, text);
    }

    /** Returns the edit with a finding in the last such line above it. */
    WrongEdit above() {
        return new WrongEdit(name, file, before, after, foundIn, at, true, says);
    }

    /** Makes the edit in a folder; returns the line of the finding. */
    int apply(Path folder) throws IOException {
        Path path = folder.resolve(file);
        String text = Files.exists(path) ? Files.readString(path) : "";
        int from = text.length();
        if (after == null) {
            Files.delete(path);
        } else if (before == null) {
            Files.writeString(path, text + after);
        } else {
            from = text.indexOf(before);
            if (from < 0) {
                throw new IllegalStateException(file + " does not say any more: " + before);
            }
            Files.writeString(path, text.substring(0, from) + after + text.substring(from + before.length()));
        }
        return line(folder, foundIn.equals(file) ? from : 0);
    }

    private int line(Path folder, int from) throws IOException {
        if (at == null) {
            return 1;
        }
        String text = Files.readString(folder.resolve(foundIn));
        int begin = isAbove ? text.lastIndexOf(at, from) : text.indexOf(at, from);
        if (begin < 0) {
            throw new IllegalStateException(foundIn + " does not say after the edit: " + at);
        }
        return (int) text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
    }

    @Override
    public String toString() {
        return name;
    }
}
