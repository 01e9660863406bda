package io.github.eventgateway.tools.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mistake that somebody makes in the files of a gateway, and what is to be found of it.
 *
 * @param name what was done, in words
 * @param file the file that is changed, from the folder that holds application.yaml and routes/
 * @param before what stands there; null if the file is written again, or text is put at its end
 * @param after what takes its place; null if the file is deleted
 * @param foundIn the file that the finding names
 * @param at what stands in the line that the finding names: the first such line from the edit on, from the beginning of
 *     a file that is not the edited one
 * @param isAbove whether that line is the last one before the edit
 * @param says what the finding says
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

    /** A file of its own, or text at the end of one that there is. */
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

    /** What stands there stands above the edit: the last such line. */
    WrongEdit above() {
        return new WrongEdit(name, file, before, after, foundIn, at, true, says);
    }

    /** Makes the edit below a folder; returns the line that is to be found. */
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
