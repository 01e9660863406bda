package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.Rule.Report;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the content of one schema file. */
final class SchemaFile {

    private static final Set<String> FILLS = Set.of("verb", "caller-address");
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

    private SchemaFile() {}

    static void check(String type, Path file, JsonNode schema, Report report) throws IOException {
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
        } else if (name.equals("$schema")) {
            SchemaDialect.dialectFault(value).ifPresent(wrong -> report.add(entry.value(), wrong));
        } else if (name.equals(SchemaDialect.FILL) && !FILLS.contains(value)) {
            report.add(
                    entry.value(), "x-fill is '" + value + "': write verb or caller-address", Nearest.to(value, FILLS));
        } else if (name.equals("format") && entry.value().isScalar() && !FORMATS.contains(value)) {
            report.warn(entry.value().place(), "JSON Schema has no format " + value, Nearest.to(value, FORMATS));
        }
    }
}
