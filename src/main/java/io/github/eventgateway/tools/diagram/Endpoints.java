package io.github.eventgateway.tools.diagram;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of endpoints for people. */
final class Endpoints {

    private Endpoints() {}

    /**
     * Returns {@code POST /api/events} for an endpoint of the REST DSL, a web address without its path, and anything
     * else unchanged.
     */
    static String label(String uri) {
        if (isRest(uri)) {
            String[] parts =
                    uri.substring("rest:".length()).replaceFirst("^/+", "").split(":", 2);
            String path = "/" + parts[1].replace(':', '/');
            return parts[0].toUpperCase(Locale.ROOT) + " "
                    + URLDecoder.decode(path, StandardCharsets.UTF_8).replaceAll("/+", "/");
        }
        return uri.matches("https?:.*") ? uri.replaceFirst("^(https?):/*(?:[^/@]*@)?([^/]*).*$", "$1://$2") : uri;
    }

    static boolean isRest(String uri) {
        return uri.startsWith("rest:");
    }
}
