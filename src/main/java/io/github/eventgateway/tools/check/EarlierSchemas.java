package io.github.eventgateway.tools.check;

import io.github.eventgateway.api.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The earlier schemas from a folder or a commit.
 *
 * @param name the folder or the commit, as given
 * @param texts the JSON of each schema by type
 * @param topics the topic of each type that had one
 */
record EarlierSchemas(String name, Map<String, byte[]> texts, Map<String, Topic> topics) {

    /** The name of a topic in Kafka, and the field with its Kafka key. Each is empty if the file does not set it. */
    record Topic(String name, String key) {}

    /**
     * Reads the schemas of a folder, or of a commit in the same schema folder.
     *
     * @param against a folder with schemas or routes/schemas, or a revision of git
     * @param schemas the present schema folder
     * @param settings the present application.yaml
     * @param resolved returns a setting with the values of its placeholders
     * @throws StartupException if there are none, with the reason
     */
    static EarlierSchemas of(String against, Path schemas, Path settings, UnaryOperator<String> resolved)
            throws IOException {
        Path folder = Path.of(against);
        return Files.isDirectory(folder)
                ? ofFolder(against, folder, resolved)
                : ofCommit(against, schemas, settings, resolved);
    }

    private static EarlierSchemas ofFolder(String name, Path folder, UnaryOperator<String> resolved)
            throws IOException {
        for (Path each : new Path[] {
            folder, folder.resolve("schemas"), folder.resolve("routes").resolve("schemas")
        }) {
            Map<String, byte[]> texts = texts(each);
            if (!texts.isEmpty()) {
                Path settings = each.startsWith(folder.resolve("routes")) ? folder.resolve("application.yaml") : null;
                boolean isThere = settings != null && Files.isRegularFile(settings);
                return listed(
                        name, texts, isThere ? Optional.of(Files.readAllBytes(settings)) : Optional.empty(), resolved);
            }
        }
        throw new StartupException("The folder " + name + " has no schemas: give a folder with "
                + "*" + EventSchemas.SUFFIX
                + " files, or one that contains routes/schemas");
    }

    private static Map<String, byte[]> texts(Path folder) throws IOException {
        Map<String, byte[]> texts = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (isSchema(file.getFileName().toString())) {
                        texts.put(type(file.getFileName().toString()), Files.readAllBytes(file));
                    }
                }
            }
        }
        return texts;
    }

    private static EarlierSchemas ofCommit(String name, Path schemas, Path settings, UnaryOperator<String> resolved)
            throws IOException {
        GitFolder folder = new GitFolder(schemas);
        String commit = folder.commit(name);
        Map<String, byte[]> texts = new TreeMap<>();
        for (String file : folder.files(commit)) {
            if (isSchema(file)) {
                Optional<byte[]> text = folder.text(commit, file);
                text.ifPresent(bytes -> texts.put(type(file), bytes));
            }
        }
        if (texts.isEmpty()) {
            throw new StartupException("The commit " + name + " has no schemas in " + schemas
                    + ": give a commit that has them, or a folder with a copy of them");
        }
        Path file = settings.toAbsolutePath();
        return listed(
                name,
                texts,
                new GitFolder(file.getParent()).text(commit, file.getFileName().toString()),
                resolved);
    }

    private static boolean isSchema(String file) {
        return file.endsWith(EventSchemas.SUFFIX) && !file.startsWith(".");
    }

    private static String type(String file) {
        return file.replace(EventSchemas.SUFFIX, "");
    }

    /** Returns the schemas of the types that had a topic. No record had another type. */
    private static EarlierSchemas listed(
            String name, Map<String, byte[]> texts, Optional<byte[]> settings, UnaryOperator<String> resolved) {
        Map<String, Topic> topics = new HashMap<>();
        settings.ifPresent(yaml -> addTopics(new String(yaml, StandardCharsets.UTF_8), resolved, topics));
        if (!topics.isEmpty()) {
            texts.keySet().retainAll(topics.keySet());
        }
        return new EarlierSchemas(name, texts, topics);
    }

    private static void addTopics(String yaml, UnaryOperator<String> resolved, Map<String, Topic> topics) {
        try {
            for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
                Object at = document;
                for (String step : Arrays.asList("gateway", "events", "topics")) {
                    at = at instanceof Map<?, ?> map ? map.get(step) : null;
                }
                if (at instanceof Map<?, ?> written) {
                    written.values().forEach(topic -> addTypes(topic, resolved, topics));
                }
            }
        } catch (YAMLException e) {
            // Without a list, every schema counts.
            topics.clear();
        }
    }

    private static void addTypes(Object written, UnaryOperator<String> resolved, Map<String, Topic> topics) {
        if (written instanceof Map<?, ?> map && map.get("types") instanceof Iterable<?> types) {
            Topic topic = new Topic(text(map.get("name"), resolved), text(map.get("key"), resolved));
            types.forEach(type -> topics.put(String.valueOf(type), topic));
        }
    }

    private static String text(Object setting, UnaryOperator<String> resolved) {
        return setting == null ? "" : resolved.apply(String.valueOf(setting));
    }
}
