package io.github.eventgateway.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A change of route files and settings that people make in good faith, and that loses events: the suite must see it.
 *
 * @param file the route file to change; null where none is
 * @param before what stands there
 * @param after what takes its place
 * @param settings settings of application.yaml
 */
record UnsafeChange(String file, String before, String after, Map<String, String> settings) {

    /** The gateway as it comes. */
    static final UnsafeChange NONE = new UnsafeChange(null, null, null, Map.of());

    static UnsafeChange of(String file, String before, String after) {
        return new UnsafeChange(file, before, after, Map.of());
    }

    void apply(Path routes) throws IOException {
        if (file == null) {
            return;
        }
        Path route = routes.resolve(file);
        String text = Files.readString(route);
        if (!text.contains(before)) {
            throw new IllegalStateException(file + " does not say any more: " + before);
        }
        Files.writeString(route, text.replace(before, after));
    }
}
