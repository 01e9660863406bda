package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.CatalogueNames;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that each event type has a schema, and that each {@link SchemaFile} is valid and has an event type. */
final class EventSchemas implements Rule {

    static final String SUFFIX = ".schema.json";

    private static final Set<Kind> NO_KEYS = Set.of(Kind.OBJECT, Kind.ARRAY, Kind.NULL);

    private final Catalogue catalogue;
    private final Path configured;

    /**
     * @param configured the folder in the settings
     */
    EventSchemas(Catalogue catalogue, Path configured) {
        this.catalogue = catalogue;
        this.configured = configured;
    }

    @Override
    public void check(Routes routes, Report report) {
        Path folder = folder(routes, configured);
        Map<String, Path> files = files(folder);
        Set<String> types = catalogue.topics().stream()
                .flatMap(topic -> topic.types().stream())
                .map(Catalogue.Type::name)
                .collect(Collectors.toSet());
        Map<String, Catalogue.Topic> listed = new HashMap<>();
        catalogue.topics().forEach(topic -> checkTypes(topic, folder, files, types, listed, report));
        files.forEach((type, file) -> checkFile(type, file, types, files.keySet(), report));
    }

    /** Returns the schema folder: the one in the route folder, or else the configured one. */
    static Path folder(Routes routes, Path configured) {
        return folder(routes.folder(), configured);
    }

    /** Returns the folder as {@link #folder(Routes, Path)} does, by the route folder. */
    static Path folder(Path routes, Path configured) {
        Path beside = routes.resolve("schemas");
        return Files.isDirectory(beside) ? beside : configured;
    }

    /** Returns the schema in a file; empty without one. */
    static Optional<SchemaDocument> document(Path file) {
        try {
            JsonNode schema = StrictJson.MAPPER.readTree(Files.readAllBytes(file));
            return schema.isObject()
                    ? YamlNode.readJson(file).map(text -> new SchemaDocument(schema, text))
                    : Optional.empty();
        } catch (IOException e) {
            // The check of the file itself reports this.
            return Optional.empty();
        }
    }

    private static Map<String, Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Map.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            Map<String, Path> files = new TreeMap<>();
            paths.filter(path -> Files.isRegularFile(path)
                            && !path.getFileName().toString().startsWith("."))
                    .forEach(path -> files.put(path.getFileName().toString().replace(SUFFIX, ""), path));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkTypes(
            Catalogue.Topic topic,
            Path folder,
            Map<String, Path> files,
            Set<String> types,
            Map<String, Catalogue.Topic> listed,
            Report report) {
        if (topic.name().isBlank()) {
            report.add(
                    topic.at(),
                    "the topic " + topic.id() + " has no name: set name to the name of " + "the topic in Kafka",
                    "");
        }
        for (Catalogue.Type type : topic.types()) {
            Catalogue.Topic first = listed.putIfAbsent(type.name(), topic);
            if (first != null) {
                report.add(
                        type.at(),
                        "the event type " + type.name()
                                + (first == topic
                                        ? " is listed twice"
                                        : " is listed in two topics, " + first.id() + " and " + topic.id()
                                                + ": remove it from one of them"),
                        "");
            } else if (!files.containsKey(type.name())) {
                Set<String> free = files.keySet().stream()
                        .filter(file -> !types.contains(file))
                        .collect(Collectors.toSet());
                report.add(
                        type.at(),
                        "the event type " + type.name() + " has no schema: there is no "
                                + folder.resolve(type.name() + SUFFIX),
                        Nearest.to(type.name(), free));
            } else {
                checkKey(topic, files.get(type.name()), report);
            }
        }
    }

    /** Checks that the Kafka key of an event is a field of its data whose value can be a key. */
    private static void checkKey(Catalogue.Topic topic, Path file, Report report) {
        String what = "the key of the topic " + topic.id() + " is ";
        if (CatalogueNames.fieldFault(topic.key()).isPresent()) {
            report.add(topic.at(), what + "'" + topic.key() + "': write a JSON Pointer, such as /user_id", "");
            return;
        }
        document(file).map(SchemaFields::new).ifPresent(fields -> {
            Set<Kind> kinds = fields.kinds(topic.key());
            if (kinds.isEmpty()) {
                report.add(
                        topic.at(),
                        what + topic.key() + ", but " + file.getFileName() + " has no such field",
                        Nearest.to(topic.key(), fields.names()));
            } else if (NO_KEYS.containsAll(kinds)) {
                report.add(
                        topic.at(),
                        what + topic.key() + ", which is an object or an array in " + file.getFileName()
                                + ": choose a field that is a text or a number",
                        "");
            } else if (kinds.size() < Kind.values().length && kinds.stream().anyMatch(NO_KEYS::contains)) {
                report.warn(
                        topic.at(),
                        what + topic.key() + ", which " + file.getFileName()
                                + " also allows to be an object, an array or null: such an event has no key, and no order",
                        "");
            } else if (!fields.isRequired(topic.key())) {
                report.warn(
                        topic.at(),
                        what + topic.key() + ", which " + file.getFileName()
                                + " does not require: an event without it has no key, and no order",
                        "");
            }
        });
    }

    private void checkFile(String type, Path file, Set<String> types, Set<String> files, Report report) {
        if (!file.toString().endsWith(SUFFIX)) {
            report.add(Place.of(file, 1, 1), "is ignored: the name of a schema file is <type>" + SUFFIX, "");
            return;
        }
        if (!types.contains(type)) {
            Set<String> free =
                    types.stream().filter(name -> !files.contains(name)).collect(Collectors.toSet());
            report.add(
                    Place.of(file, 1, 1),
                    "no topic in application.yaml lists the event type " + type,
                    Nearest.to(type, free));
        }
        try {
            SchemaFile.check(type, file, StrictJson.MAPPER.readTree(Files.readAllBytes(file)), report);
        } catch (JsonProcessingException e) {
            Place at = e.getLocation() == null
                    ? Place.of(file, 1, 1)
                    : Place.of(
                            file, e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            report.add(at, "the schema is not valid JSON: " + StrictJson.problem(e), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
