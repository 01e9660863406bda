package io.github.eventgateway.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.eventgateway.api.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Each event type has its schema, each schema its event type, and each schema is one. */
final class EventSchemas implements Rule {

    static final String SUFFIX = ".schema.json";

    private static final Set<String> FILLS = Set.of("verb", "caller-address");
    private static final Set<String> OF_SCHEMAS =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> SCHEMAS =
            Set.of("items", "anyOf", "oneOf", "allOf", "not", "if", "then", "else", "contains", "additionalProperties");
    private static final Set<String> KEYWORDS = Stream.concat(
                    Stream.concat(OF_SCHEMAS.stream(), SCHEMAS.stream()),
                    Stream.of("$schema $id $ref $anchor $comment title description type enum const default required"
                                    + " minLength maxLength pattern format minimum maximum exclusiveMinimum"
                                    + " exclusiveMaximum multipleOf minItems maxItems uniqueItems minProperties"
                                    + " maxProperties propertyNames prefixItems minContains maxContains examples"
                                    + " deprecated readOnly writeOnly contentEncoding contentMediaType contentSchema"
                                    + " dependentRequired unevaluatedItems unevaluatedProperties x-fill")
                            .flatMap(words -> Stream.of(words.split(" "))))
            .collect(Collectors.toSet());

    private final Catalogue catalogue;
    private final Path configured;

    /** @param configured the folder that the settings name */
    EventSchemas(Catalogue catalogue, Path configured) {
        this.catalogue = catalogue;
        this.configured = configured;
    }

    @Override
    public void check(Routes routes, Report report) {
        Path beside = routes.folder().resolve("schemas");
        Path folder = Files.isDirectory(beside) ? beside : configured;
        Map<String, Path> files = files(folder);
        Set<String> types = catalogue.topics().stream()
                .flatMap(topic -> topic.types().stream())
                .map(Catalogue.Type::name)
                .collect(Collectors.toSet());
        catalogue.topics().forEach(topic -> checkTypes(topic, folder, files, types, report));
        files.forEach((type, file) -> checkFile(type, file, types, files.keySet(), report));
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
            Catalogue.Topic topic, Path folder, Map<String, Path> files, Set<String> types, Report report) {
        if (topic.name().isBlank()) {
            report.add(topic.at(), "the topic " + topic.id() + " has no name: the name of the topic in Kafka", "");
        }
        Set<String> seen = new HashSet<>();
        for (Catalogue.Type type : topic.types()) {
            if (!seen.add(type.name())) {
                report.add(type.at(), "the event type " + type.name() + " is listed twice", "");
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

    /** The Kafka key of an event is a field of its data. */
    private static void checkKey(Catalogue.Topic topic, Path file, Report report) {
        Optional<JsonNode> schema = json(file);
        JsonNode fields = schema.map(root -> root.path("properties")).orElse(null);
        String field = topic.key().replaceFirst("^/", "").replaceFirst("/.*", "");
        if (!topic.key().startsWith("/")) {
            report.add(
                    topic.at(),
                    "the key of the topic " + topic.id() + " is '" + topic.key()
                            + "': write a JSON Pointer, such as /user_id",
                    "");
        } else if (fields != null && fields.isObject() && !fields.has(field)) {
            Set<String> names = new HashSet<>();
            fields.fieldNames().forEachRemaining(name -> names.add("/" + name));
            report.add(
                    topic.at(),
                    "the key of the topic " + topic.id() + " is " + topic.key() + ", but " + file.getFileName()
                            + " has no such field",
                    Nearest.to(topic.key(), names));
        }
    }

    private static Optional<JsonNode> json(Path file) {
        try {
            return Optional.of(StrictJson.MAPPER.readTree(Files.readAllBytes(file)));
        } catch (IOException e) {
            // Said where the file itself is checked.
            return Optional.empty();
        }
    }

    private void checkFile(String type, Path file, Set<String> types, Set<String> files, Report report) {
        if (!file.toString().endsWith(SUFFIX)) {
            report.add(Place.of(file, 1, 1), "is not read: a schema is named <type>" + SUFFIX, "");
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
            checkSchema(file, StrictJson.MAPPER.readTree(Files.readAllBytes(file)), report);
        } catch (JsonProcessingException e) {
            Place at = e.getLocation() == null
                    ? Place.of(file, 1, 1)
                    : Place.of(
                            file, e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            report.add(at, "the schema is no JSON: " + StrictJson.problem(e), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkSchema(Path file, JsonNode schema, Report report) throws IOException {
        Optional<YamlNode> text = YamlNode.readJson(file);
        if (!schema.isObject() || text.isEmpty()) {
            report.add(Place.of(file, 1, 1), "is no JSON Schema: write an object", "");
            return;
        }
        Map<String, ValidationMessage> wrong = new HashMap<>();
        for (ValidationMessage message : metaSchema().validate(schema)) {
            wrong.putIfAbsent(message.getInstanceLocation().toString(), message);
        }
        wrong.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                .forEach(entry -> {
                    String problem = entry.getValue().getMessage().replaceFirst("^[^:]*: ", "");
                    report.add(text.get().at(entry.getKey()), "the schema is no JSON Schema: " + problem);
                });
        checkKeywords(text.get(), report);
    }

    private static JsonSchema metaSchema() {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        SchemaLocation.of(SchemaId.V202012),
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .locale(Locale.ENGLISH)
                                .build());
    }

    /** A keyword that JSON Schema does not know is passed over in silence. */
    private static void checkKeywords(YamlNode schema, Report report) {
        for (YamlNode.Entry entry : schema.entries()) {
            String name = entry.name();
            if (!KEYWORDS.contains(name)) {
                report.add(entry.key(), "JSON Schema has no keyword " + name, Nearest.to(name, KEYWORDS));
            } else if (name.equals("x-fill") && !FILLS.contains(entry.value().text())) {
                report.add(
                        entry.value(),
                        "x-fill is '" + entry.value().text() + "': write verb or caller-address",
                        Nearest.to(entry.value().text(), FILLS));
            } else if (OF_SCHEMAS.contains(name)) {
                entry.value().entries().forEach(below -> checkKeywords(below.value(), report));
            } else if (SCHEMAS.contains(name)) {
                List<YamlNode> items = entry.value().items();
                (items.isEmpty() ? List.of(entry.value()) : items).forEach(below -> checkKeywords(below, report));
            }
        }
    }
}
