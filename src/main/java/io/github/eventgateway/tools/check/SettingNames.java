package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The settings that the libraries describe in their jars, read at the first use. */
final class SettingNames {

    private static final String DESCRIPTIONS = "META-INF/spring-configuration-metadata.json";

    private SettingNames() {}

    private static final class Read {
        /** Names and types. */
        static final Map<String, String> TYPES = read();
    }

    static Set<String> ofLibraries() {
        return Read.TYPES.keySet();
    }

    /**
     * Returns whether a library has this setting. A setting below a map, such as the level of a logger, belongs to the
     * map.
     */
    static boolean isKnown(String name) {
        if (Read.TYPES.containsKey(name)) {
            return true;
        }
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            if (Read.TYPES.getOrDefault(name.substring(0, dot), "").startsWith("java.util.Map")) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> read() {
        Map<String, String> types = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        try {
            for (URL url : Collections.list(SettingNames.class.getClassLoader().getResources(DESCRIPTIONS))) {
                try (InputStream in = url.openStream()) {
                    for (JsonNode property : json.readTree(in).path("properties")) {
                        types.put(
                                property.path("name").asText(),
                                property.path("type").asText());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(types);
    }
}
