package io.github.eventgateway.tools.reload;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.support.PatternHelper;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The entries that a route file shares with other files, and the ones that it uses from them: templates and error
 * policies.
 *
 * @param gives the shared entries, by kind and id
 * @param takes the kinds and ids of the used entries
 * @param templates the keys in {@code gives} that are templates
 * @param templatedRoutes the ids of the routes that it makes from templates
 */
record RouteFile(Map<String, Object> gives, Set<String> takes, Set<String> templates, Set<String> templatedRoutes) {

    private static final String TEMPLATE = "routeTemplate:";
    private static final String CONFIGURATION = "routeConfiguration:";

    private RouteFile() {
        this(new LinkedHashMap<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    }

    /**
     * @throws org.yaml.snakeyaml.error.YAMLException if it is not YAML
     */
    static RouteFile of(String text) {
        RouteFile file = new RouteFile();
        Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        if (root instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> map) {
                    map.forEach((kind, value) -> file.read(String.valueOf(kind), value));
                }
            }
        }
        return file;
    }

    private void read(String kind, Object value) {
        if (!(value instanceof Map<?, ?> entry)) {
            return;
        }
        switch (kind) {
            case "routeTemplate" -> {
                gives.put(TEMPLATE + entry.get("id"), entry);
                templates.add(TEMPLATE + entry.get("id"));
                read("route", entry.get("route"));
            }
            case "routeConfiguration" -> gives.put(CONFIGURATION + Objects.toString(entry.get("id"), ""), entry);
            case "templatedRoute" -> {
                takes.add(TEMPLATE + entry.get("routeTemplateRef"));
                templatedRoutes.add(String.valueOf(entry.get("routeId")));
            }
            case "rest" -> takes.add(CONFIGURATION);
            case "route" -> {
                // An error policy without a name applies to every route.
                takes.add(CONFIGURATION);
                for (String id :
                        Objects.toString(entry.get("routeConfigurationId"), "").split("\\s*,\\s*")) {
                    takes.add(CONFIGURATION + id);
                }
            }
            default -> {
                // It shares nothing with other files.
            }
        }
    }

    /** Returns whether it has the error policy of this name; null for the one without a name. */
    boolean holdsPolicy(String id) {
        return gives.containsKey(CONFIGURATION + Objects.toString(id, ""));
    }

    boolean takesAnyOf(Set<String> keys) {
        return takes.stream().anyMatch(taken -> keys.stream().anyMatch(key -> PatternHelper.matchPattern(key, taken)));
    }
}
