package io.github.eventgateway.tools.reload;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;

/**
 * The routes to remove and to add between two states of the files.
 *
 * @param old the old texts of the changed files
 * @param fresh the new texts of the changed files
 * @param files the content of the old texts
 */
record RouteChange(Map<Path, String> old, Map<Path, String> fresh, Map<Path, RouteFile> files) {

    private RouteChange(Map<Path, String> old, Map<Path, String> fresh) {
        this(
                old,
                fresh,
                old.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, text -> RouteFile.of(text.getValue()))));
    }

    boolean isOf(Resource resource) {
        return resource != null && old.containsKey(path(resource.getLocation()));
    }

    /** A templated route does not know the file that creates it. */
    boolean isOf(RouteDefinition route) {
        return route.getTemplateParameters() == null
                ? isOf(route.getResource())
                : files.values().stream()
                        .anyMatch(file -> file.templatedRoutes().contains(route.getRouteId()));
    }

    boolean isOf(RouteConfigurationDefinition policy) {
        String id = policy.hasCustomIdAssigned() ? policy.getId() : null;
        return files.values().stream().anyMatch(file -> file.holdsPolicy(id));
    }

    /**
     * Returns the files whose routes differ, and those that use a template or an error policy of such a file.
     *
     * @throws ReloadException if a file is not YAML
     */
    static RouteChange between(Map<Path, String> before, Map<Path, String> after) throws ReloadException {
        Map<Path, RouteFile> old = files(before);
        Map<Path, RouteFile> fresh = files(after);
        Set<Path> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        Set<Path> changed = new TreeSet<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Path file : all) {
            if (!Objects.equals(before.get(file), after.get(file))) {
                changed.add(file);
                keys.addAll(difference(old.get(file), fresh.get(file)));
            }
        }
        addDependents(changed, keys, old, fresh);
        return new RouteChange(only(before, changed), only(after, changed));
    }

    private static void addDependents(
            Set<Path> changed, Set<String> keys, Map<Path, RouteFile> old, Map<Path, RouteFile> fresh) {
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Map.Entry<Path, RouteFile> file : fresh.entrySet()) {
                RouteFile was = old.get(file.getKey());
                if (was != null
                        && !changed.contains(file.getKey())
                        && (file.getValue().takesAnyOf(keys) || was.takesAnyOf(keys))) {
                    changed.add(file.getKey());
                    keys.addAll(file.getValue().templates());
                    grows = true;
                }
            }
        }
    }

    private static Set<String> difference(RouteFile old, RouteFile fresh) {
        Map<String, Object> was = old == null ? Map.of() : old.gives();
        Map<String, Object> is = fresh == null ? Map.of() : fresh.gives();
        Set<String> keys = new LinkedHashSet<>(was.keySet());
        keys.addAll(is.keySet());
        keys.removeIf(key -> Objects.equals(was.get(key), is.get(key)));
        return keys;
    }

    private static Map<Path, RouteFile> files(Map<Path, String> texts) throws ReloadException {
        Map<Path, RouteFile> files = new HashMap<>();
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            try {
                files.put(text.getKey(), RouteFile.of(text.getValue()));
            } catch (RuntimeException e) {
                throw new ReloadException(text.getKey() + ": " + e.getMessage(), e);
            }
        }
        return files;
    }

    private static Map<Path, String> only(Map<Path, String> texts, Set<Path> files) {
        Map<Path, String> only = new HashMap<>(texts);
        only.keySet().retainAll(files);
        return only;
    }

    /** Returns the change from the new state back to the old one. */
    RouteChange reversed() {
        return new RouteChange(fresh, old);
    }

    /** Returns a change whose routes to remove are the new ones. */
    RouteChange added() {
        return new RouteChange(fresh, Map.of());
    }

    /** Returns the names of the changed files. */
    Set<String> fileNames() {
        Set<String> names = new TreeSet<>();
        old.keySet().forEach(file -> names.add(file.getFileName().toString()));
        fresh.keySet().forEach(file -> names.add(file.getFileName().toString()));
        return names;
    }

    /** Returns Camel's source location as a file. */
    static Path path(String location) {
        String file = location.startsWith("file:") ? location.substring("file:".length()) : location;
        Path path = file.startsWith("//") ? Path.of(URI.create("file:" + file)) : Path.of(file);
        return path.toAbsolutePath().normalize();
    }
}
