package io.github.eventgateway.tools.create;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a project with the changes that are not written yet. One thread. */
final class ProjectFiles {

    static final Path ROUTES = Path.of("routes");
    static final Path SCHEMAS = ROUTES.resolve("schemas");

    private static final Path SETTINGS = Path.of("application.yaml");
    private static final Path TESTS = Path.of("src", "test", "java", "io", "github", "eventgateway", "routes");

    private final Path root;
    private final Map<Path, String> changed = new LinkedHashMap<>();

    /** @param root the folder with application.yaml and routes/ */
    ProjectFiles(Path root) {
        this.root = root;
    }

    SettingsText settings() throws IOException {
        return new SettingsText(read(SETTINGS));
    }

    void replace(SettingsText settings) {
        replace(SETTINGS, settings.text());
    }

    /** Returns the new content of the file. */
    String read(Path file) throws IOException {
        if (changed.containsKey(file)) {
            return changed.get(file);
        }
        if (!Files.isRegularFile(root.resolve(file))) {
            throw new RefusedEdit(
                    "There is no " + file + " here: run this in the folder with " + "application.yaml and routes/");
        }
        return Files.readString(root.resolve(file));
    }

    /** Writes a test only in a source checkout, because the jar alone cannot run it. */
    void addTest(String name, String template, Map<String, String> values) {
        if (Files.isDirectory(root.resolve(TESTS))) {
            add(TESTS.resolve(name + ".java"), Template.fill(template, values));
        }
    }

    /** Adds a file that must not exist. */
    void add(Path file, String text) {
        if (Files.exists(root.resolve(file))) {
            throw new RefusedEdit(file + " exists already; nothing was written");
        }
        changed.put(file, text);
    }

    /** Changes a file. */
    void replace(Path file, String text) {
        changed.put(file, text);
    }

    /** Writes all changes, and prints the name of each file. */
    void write(PrintWriter out) throws IOException {
        for (Map.Entry<Path, String> file : changed.entrySet()) {
            Path path = root.resolve(file.getKey());
            boolean there = Files.exists(path);
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
            out.println((there ? "changed " : "wrote   ") + file.getKey());
        }
        out.println("\nCheck the result: java -jar target/event-gateway.jar check");
    }
}
