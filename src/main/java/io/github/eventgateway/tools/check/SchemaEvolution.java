package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.api.StrictJson;
import io.github.eventgateway.event.SchemaDialect;
import io.github.eventgateway.tools.check.SchemaConjunction.Kind;
import io.github.eventgateway.tools.check.SchemaGap.Weight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares schemas with their earlier versions with regard to existing records. A change is safe if each record that is
 * valid by the earlier schema is also valid by the new one. A change that cannot be proved safe counts as breaking.
 */
final class SchemaEvolution {

    static final String BREAKING = "breaking";
    static final String UNPROVEN = "not-provably-safe";
    static final String UNNAMED = "safe-unless-used-before";
    static final String SAFE = "safe";

    /** With one of these keywords in a schema, the value for a missing field can affect more than its own subschema. */
    private static final Set<String> MORE_THAN_FIELDS = Set.of(
            "maxProperties",
            "minProperties",
            "propertyNames",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
            "if",
            "not",
            "anyOf",
            "oneOf",
            "allOf",
            "$ref",
            "enum",
            "const");

    private final Catalogue catalogue;
    private final Path folder;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param folder the schema folder
     */
    SchemaEvolution(Catalogue catalogue, Path folder) {
        this.catalogue = catalogue;
        this.folder = folder;
    }

    /**
     * Returns all changes in the order of the files. A change that may invalidate records has the severity of an error.
     */
    List<Finding> since(EarlierSchemas earlier) throws IOException {
        Map<String, Place> types = new LinkedHashMap<>();
        for (Catalogue.Topic topic : catalogue.topics()) {
            for (Catalogue.Type type : topic.types()) {
                types.put(type.name(), type.at());
                compare(type, earlier.topics().get(type.name()), topic);
            }
        }
        Set<String> all = new TreeSet<>(earlier.texts().keySet());
        all.addAll(types.keySet());
        for (String type : all) {
            byte[] before = earlier.texts().get(type);
            if (before == null) {
                add(types.get(type), Severity.NOTE, SAFE, "the event type " + type + " is new");
            } else if (types.containsKey(type)) {
                compare(type, before, types.get(type));
            } else {
                String gone = "the event type " + type + " was removed: its records cannot be read any more";
                add(settings(), Severity.ERROR, BREAKING, gone);
            }
        }
        return findings.stream().sorted().distinct().toList();
    }

    /** Compares the topic of a type. A setting that is missing in a file is not compared. */
    private void compare(Catalogue.Type type, EarlierSchemas.Topic before, Catalogue.Topic now) {
        if (before == null) {
            return;
        }
        if (differ(before.name(), now.name())) {
            boolean isRead =
                    catalogue.topics().stream().anyMatch(topic -> topic.name().equals(before.name()));
            String effect = isRead
                    ? ": its records in " + before.name() + " become dead letters"
                    : ", and the gateway no longer reads " + before.name();
            add(
                    type.at(),
                    Severity.ERROR,
                    BREAKING,
                    "the event type " + type.name() + " has moved from the topic " + before.name() + " to " + now.name()
                            + effect);
        }
        if (differ(before.key(), now.key())) {
            add(
                    now.at(),
                    Severity.NOTE,
                    SAFE,
                    "the Kafka key of " + type.name() + " is " + now.key() + " and was " + before.key()
                            + ": events of one key may change their order");
        }
    }

    private static boolean differ(String before, String now) {
        return !before.isEmpty() && !now.isEmpty() && !before.equals(now);
    }

    private Place settings() {
        return catalogue.topics().stream()
                .findFirst()
                .map(topic -> Place.of(topic.at().file(), 1, 1))
                .orElse(new Place(Path.of("application.yaml"), 1, 1, ""));
    }

    private void compare(String type, byte[] before, Place listed) throws IOException {
        Path file = folder.resolve(type + EventSchemas.SUFFIX);
        if (!Files.isRegularFile(file)) {
            add(
                    listed,
                    Severity.ERROR,
                    BREAKING,
                    "the event type " + type + " has no schema any more: there is no " + file);
            return;
        }
        Optional<SchemaDocument> now = document(Files.readAllBytes(file), file);
        Optional<SchemaDocument> then = document(before, file);
        if (now.isEmpty() || then.isEmpty()) {
            String which = now.isEmpty() ? "the schema" : "the earlier schema";
            add(Place.of(file, 1, 1), Severity.ERROR, UNPROVEN, which + " is not a JSON Schema and was not compared");
        } else {
            compare(then.get(), now.get());
        }
    }

    /** Returns the schema, ready to be compared; empty if it is unusable. */
    static Optional<SchemaDocument> document(byte[] json, Path file) {
        try {
            JsonNode schema = StrictJson.MAPPER.readTree(json);
            if (schema == null || !schema.isObject()) {
                return Optional.empty();
            }
            Optional<SchemaDocument> document = YamlNode.readJson(file, new String(json, StandardCharsets.UTF_8))
                    .map(text -> new SchemaDocument(schema, text));
            document.ifPresent(one -> one.compiledAs(SchemaDialect.compile(schema)));
            return document;
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private void compare(SchemaDocument before, SchemaDocument now) {
        List<SchemaGap> gaps = gaps(before, now);
        for (SchemaGap gap : gaps) {
            Severity severity = gap.weight() == Weight.UNNAMED ? Severity.WARNING : Severity.ERROR;
            String rule =
                    switch (gap.weight()) {
                        case BREAKING -> BREAKING;
                        case UNPROVEN -> UNPROVEN;
                        default -> UNNAMED;
                    };
            add(now.at(gap.pointer()).place(), severity, rule, gap.message());
        }
        SchemaChanges.between(before.whole().node(), now.whole().node()).stream()
                .filter(change -> gaps.stream().noneMatch(gap -> change.concerns(gap.pointer())))
                .forEach(change -> add(now.at(change.pointer()).place(), Severity.NOTE, SAFE, change.message()));
    }

    /** Returns where a record that is valid by the earlier schema may violate the new one. */
    static List<SchemaGap> gaps(SchemaDocument before, SchemaDocument now) {
        SchemaPart then = SchemaPart.whole(before);
        SchemaPart whole = SchemaPart.whole(now);
        List<SchemaGap> gaps = new ArrayList<>();
        if (!dialect(then).equals(dialect(whole))) {
            gaps.add(new SchemaGap("/$schema", Weight.UNPROVEN, "the schema has another dialect than before"));
        }
        addDefaults(then, whole, gaps);
        KnownValue record = KnownValue.of(then).andKinds(EnumSet.of(Kind.OBJECT));
        gaps.addAll(new SchemaImplication(defaults(whole).keySet()).gaps(record, whole));
        return gaps;
    }

    private static String dialect(SchemaPart schema) {
        return schema.get("$schema").asText(SchemaDialect.DIALECT);
    }

    /** Returns the values that the gateway sets for missing fields before validation. */
    private static Map<String, JsonNode> defaults(SchemaPart schema) {
        Map<String, JsonNode> defaults = new LinkedHashMap<>();
        schema.get("properties").properties().forEach(property -> {
            if (property.getValue().has("default")) {
                defaults.put(property.getKey(), property.getValue().get("default"));
            }
        });
        return defaults;
    }

    private static void addDefaults(SchemaPart then, SchemaPart now, List<SchemaGap> gaps) {
        Map<String, JsonNode> before = defaults(then);
        Map<String, JsonNode> after = defaults(now);
        Optional<String> more =
                MORE_THAN_FIELDS.stream().filter(now::has).sorted().findFirst();
        Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(name -> !after.containsKey(name) || !after.get(name).equals(before.get(name)))
                .forEach(name -> {
                    SchemaPart property = now.below("properties", name);
                    String at = after.containsKey(name)
                            ? property.at("default")
                            : property.part().pointer();
                    Optional<String> problem = after.containsKey(name)
                            ? property.problem(after.get(name))
                                    .map(text -> "the default of " + name + " is invalid: " + text)
                            : requiredWithout(name, now);
                    problem.map(text -> new SchemaGap(at, Weight.BREAKING, text))
                            .or(() -> more.map(word -> new SchemaGap(
                                    at,
                                    Weight.UNPROVEN,
                                    "the default of " + name + " has changed, and " + word + " may depend on it")))
                            .ifPresent(gaps::add);
                });
    }

    private static Optional<String> requiredWithout(String name, SchemaPart now) {
        return KnownValue.of(now).required().contains(name)
                ? Optional.of(name + " is required and no longer has a default: records without it were valid")
                : Optional.empty();
    }

    private void add(Place at, Severity severity, String rule, String message) {
        findings.add(Finding.of(at, severity, rule, message, ""));
    }

    /** Returns the findings as text: breaking changes with their lines, then safe ones, then the numbers. */
    static String text(List<Finding> findings, String against) {
        List<Finding> safe =
                findings.stream().filter(finding -> finding.rule().equals(SAFE)).toList();
        List<Finding> others =
                findings.stream().filter(finding -> !safe.contains(finding)).toList();
        return Stream.of(
                        others.stream().map(Finding::text).collect(Collectors.joining("\n")),
                        safe.stream().map(Finding::toString).collect(Collectors.joining("\n")),
                        count(findings, against))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    private static String count(List<Finding> findings, String against) {
        String since = " since " + against;
        if (findings.isEmpty()) {
            return "No event schema has changed" + since;
        }
        return Stream.of(BREAKING, UNPROVEN, UNNAMED, SAFE)
                .map(rule -> Map.entry(
                        rule.replace('-', ' '),
                        findings.stream()
                                .filter(finding -> finding.rule().equals(rule))
                                .count()))
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ", "Changes" + since + ": ", ""));
    }
}
