package io.github.eventgateway.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a scenario changes in the routes and settings of its gateways: mostly what people change in good faith, and what
 * loses events, so that the checker must see it.
 *
 * @param file the route file to change; null where none is
 * @param before what stands there
 * @param after what takes its place
 * @param settings settings of application.yaml
 */
record GatewayChange(String file, String before, String after, Map<String, String> settings) {

    /** The gateway as it comes. */
    static final GatewayChange NONE = new GatewayChange(null, null, null, Map.of());

    static GatewayChange of(String file, String before, String after) {
        return new GatewayChange(file, before, after, Map.of());
    }

    static GatewayChange of(Map<String, String> settings) {
        return new GatewayChange(null, null, null, settings);
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
