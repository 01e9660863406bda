package io.github.eventgateway.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The changes of a scenario to the routes and settings of its gateways. Most of them are plausible mistakes that lose
 * events, so that the checker must report them.
 *
 * @param file the changed route file; null for none
 * @param before the text to replace
 * @param after the new text
 * @param settings settings of application.yaml
 * @param removed a file that is removed before each start; null for none
 */
record GatewayChange(String file, String before, String after, Map<String, String> settings, String removed) {

    /** No change. */
    static final GatewayChange NONE = new GatewayChange(null, null, null, Map.of(), null);

    static GatewayChange of(String file, String before, String after) {
        return new GatewayChange(file, before, after, Map.of(), null);
    }

    static GatewayChange of(Map<String, String> settings) {
        return new GatewayChange(null, null, null, settings, null);
    }

    static GatewayChange removing(String file) {
        return new GatewayChange(null, null, null, Map.of(), file);
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

    void beforeStart(Path folder) {
        try {
            if (removed != null) {
                Files.deleteIfExists(folder.resolve(removed));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
