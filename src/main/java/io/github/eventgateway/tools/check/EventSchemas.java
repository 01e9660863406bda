package io.github.eventgateway.tools.check;

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
import io.github.eventgateway.event.CatalogueNames;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks that each event type has a schema, that each schema has an event type, and that each schema is valid. */
final class EventSchemas implements Rule {

    static final String SUFFIX = ".schema.json";

    private static final Set<String> FILLS = Set.of("verb", "caller-address");
    private static final Set<Kind> NO_KEYS = Set.of(Kind.OBJECT, Kind.ARRAY, Kind.NULL);
    private static final Set<String> FORMATS = Set.of(
            "date-time",
            "date",
            "time",
            "duration",
            "email",
            "idn-email",
            "hostname",
            "idn-hostname",
            "ipv4",
            "ipv6",
            "uri",
            "uri-reference",
            "iri",
            "iri-reference",
            "uuid",
            "uri-template",
            "json-pointer",
            "relative-json-pointer",
            "regex");
    private static final Set<String> KEYWORDS = Stream.of(
                    SchemaDocument.MAPS.stream(),
                    SchemaDocument.LISTS.stream(),
                    SchemaDocument.SINGLES.stream(),
                    Stream.of(SchemaDialect.FILL),
                    Stream.of("$schema $id $ref $anchor $comment title description type enum const default required"
                                    + " minLength maxLength pattern format minimum maximum exclusiveMinimum"
                                    + " exclusiveMaximum multipleOf minItems maxItems uniqueItems minProperties"
                                    + " maxProperties minContains maxContains examples deprecated readOnly writeOnly"
                                    + " contentEncoding contentMediaType dependentRequired")
                            .flatMap(words -> Stream.of(words.split(" "))))
            .flatMap(words -> words)
            .collect(Collectors.toSet());

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
        catalogue.topics().forEach(topic -> checkTypes(topic, folder, files, types, report));
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
            Catalogue.Topic topic, Path folder, Map<String, Path> files, Set<String> types, Report report) {
        if (topic.name().isBlank()) {
            report.add(
                    topic.at(),
                    "the topic " + topic.id() + " has no name: set name to the name of " + "the topic in Kafka",
                    "");
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
            checkSchema(type, file, StrictJson.MAPPER.readTree(Files.readAllBytes(file)), report);
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

    private static void checkSchema(String type, Path file, JsonNode schema, Report report) throws IOException {
        Optional<YamlNode> text = YamlNode.readJson(file);
        if (!schema.isObject() || text.isEmpty()) {
            report.add(Place.of(file, 1, 1), "is not a JSON Schema: write an object", "");
            return;
        }
        SchemaDocument document = new SchemaDocument(schema, text.get());
        Counted counted = new Counted(report);
        checkShape(schema, text.get(), counted);
        checkPatterns(document, counted);
        new SchemaReferences(document, counted).check();
        checkKeywords(document, counted);
        if (counted.count == 0) {
            compile(document, report);
        }
        new SchemaContradictions(document, report).check();
        new EndlessSchemas(document, report).check();
        new FilledFields(type, document, report).check();
        new IdleKeywords(document, report).check();
    }

    /** Counts the findings that it passes on. */
    private static final class Counted implements Report {

        private final Report report;
        private int count;

        Counted(Report report) {
            this.report = report;
        }

        @Override
        public void add(Place at, String message, String suggestion) {
            count++;
            report.add(at, message, suggestion);
        }

        @Override
        public void warn(Place at, String message, String suggestion) {
            report.warn(at, message, suggestion);
        }
    }

    private static void compile(SchemaDocument document, Report report) {
        try {
            document.compiledAs(SchemaDialect.compile(document.whole().node()));
        } catch (RuntimeException e) {
            report.add(document.at(""), "the schema is not usable: " + e.getMessage());
        }
    }

    private static void checkShape(JsonNode schema, YamlNode text, Report report) {
        Map<String, ValidationMessage> wrong = new HashMap<>();
        for (ValidationMessage message : MetaSchema.COMPILED.validate(schema)) {
            wrong.putIfAbsent(message.getInstanceLocation().toString(), message);
        }
        wrong.entrySet().stream()
                .filter(entry -> wrong.entrySet().stream().noneMatch(other -> isSameBelow(entry, other)))
                .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                .forEach(entry -> report.add(
                        text.at(entry.getKey()),
                        "the schema is not a valid JSON " + "Schema: " + text(entry.getValue())));
    }

    /** If none of several alternatives fits, the one that failed at the deepest place was probably meant. */
    private static boolean isSameBelow(
            Map.Entry<String, ValidationMessage> one, Map.Entry<String, ValidationMessage> other) {
        return other.getKey().startsWith(one.getKey() + "/")
                && text(other.getValue()).equals(text(one.getValue()));
    }

    private static String text(ValidationMessage message) {
        return message.getMessage().replaceFirst("^[^:]*: ", "");
    }

    private static final class MetaSchema {
        static final JsonSchema COMPILED = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        SchemaLocation.of(SchemaId.V202012),
                        SchemaValidatorsConfig.builder()
                                .pathType(PathType.JSON_POINTER)
                                .locale(Locale.ENGLISH)
                                .build());

        private MetaSchema() {}
    }

    private static void checkPatterns(SchemaDocument document, Report report) {
        for (Part part : document.parts()) {
            if (part.get("pattern").isTextual()) {
                YamlNode at = document.at(part.at("pattern"));
                checkPattern(at, part.get("pattern").textValue(), report);
            }
            document.at(part.at("patternProperties")).entries().stream()
                    .filter(entry -> part.node().has("patternProperties"))
                    .forEach(entry -> checkPattern(entry.key(), entry.name(), report));
        }
    }

    private static void checkPattern(YamlNode at, String pattern, Report report) {
        try {
            SchemaDialect.requirePattern(pattern);
        } catch (RuntimeException e) {
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            report.add(at, "the pattern is not a regular expression: " + problem);
        }
    }

    /** JSON Schema ignores an unknown keyword or format. */
    private static void checkKeywords(SchemaDocument document, Report report) {
        for (Part part : document.parts()) {
            for (YamlNode.Entry entry : document.at(part.pointer()).entries()) {
                checkKeyword(entry, report);
            }
        }
    }

    private static void checkKeyword(YamlNode.Entry entry, Report report) {
        String name = entry.name();
        String value = entry.value().text();
        if (!KEYWORDS.contains(name)) {
            report.add(entry.key(), "JSON Schema has no keyword " + name, Nearest.to(name, KEYWORDS));
        } else if (name.equals(SchemaDialect.FILL) && !FILLS.contains(value)) {
            report.add(
                    entry.value(), "x-fill is '" + value + "': write verb or caller-address", Nearest.to(value, FILLS));
        } else if (name.equals("format") && entry.value().isScalar() && !FORMATS.contains(value)) {
            report.warn(entry.value().place(), "JSON Schema has no format " + value, Nearest.to(value, FORMATS));
        }
    }
}
