package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.eventgateway.tools.check.SchemaDocument.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A group of schemas that one value must satisfy: a schema, its {@code $ref} and {@code allOf}, and further ones. It
 * finds contradictions, which no value satisfies. It decides only the plain cases, and reports nothing for the others.
 */
final class SchemaConjunction {

    private static final int DEEPEST = 5;
    private static final List<String> NEVER = List.of("not", "allOf", "anyOf", "oneOf", "if", "enum");
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$anchor",
            "$defs",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");

    /** The kinds of JSON Schema; integers are separate from other numbers. */
    enum Kind {
        NULL,
        BOOLEAN,
        OBJECT,
        ARRAY,
        STRING,
        FRACTION,
        INTEGER;

        static final Set<Kind> NUMBERS = EnumSet.of(FRACTION, INTEGER);

        static Set<Kind> named(String type) {
            return switch (type) {
                case "null" -> EnumSet.of(NULL);
                case "boolean" -> EnumSet.of(BOOLEAN);
                case "object" -> EnumSet.of(OBJECT);
                case "array" -> EnumSet.of(ARRAY);
                case "string" -> EnumSet.of(STRING);
                case "integer" -> EnumSet.of(INTEGER);
                case "number" -> NUMBERS;
                default -> EnumSet.allOf(Kind.class);
            };
        }
    }

    /**
     * A contradiction for values of some kinds.
     *
     * @param pointer the keyword to report
     * @param isTold whether a subschema reports it too
     */
    record Fault(Set<Kind> kinds, String pointer, String message, boolean isTold) {

        static Fault of(Set<Kind> kinds, String pointer, String message) {
            return new Fault(kinds, pointer, message, false);
        }
    }

    private final SchemaDocument document;
    private final List<Part> parts;
    private final int depth;
    private final boolean isAlternative;

    private SchemaConjunction(SchemaDocument document, List<Part> parts, int depth, boolean isAlternative) {
        this.document = document;
        this.parts = parts;
        this.depth = depth;
        this.isAlternative = isAlternative;
    }

    static SchemaConjunction of(SchemaDocument document, Part part) {
        return of(document, List.of(part), 0, false);
    }

    private static SchemaConjunction of(SchemaDocument document, List<Part> parts, int depth, boolean isAlternative) {
        Map<String, Part> all = new LinkedHashMap<>();
        parts.forEach(part -> add(document, part, all));
        return new SchemaConjunction(document, List.copyOf(all.values()), depth, isAlternative);
    }

    private Optional<Fault> impossible(List<Part> together, boolean alternative) {
        return of(document, together, depth + 1, alternative).impossible();
    }

    private static void add(SchemaDocument document, Part part, Map<String, Part> all) {
        if (all.putIfAbsent(part.pointer(), part) == null) {
            document.target(part).ifPresent(target -> add(document, target, all));
            for (int i = 0; i < part.get("allOf").size(); i++) {
                add(document, part.below("allOf", i), all);
            }
        }
    }

    /** Returns whether a schema visibly rejects everything. */
    static boolean isNever(JsonNode schema) {
        return schema.isBoolean() && !schema.booleanValue() || never(schema).isPresent();
    }

    /** Returns the keyword by which a schema visibly rejects everything. */
    static Optional<String> never(JsonNode schema) {
        return NEVER.stream()
                .filter(keyword -> schema.has(keyword) && isNever(schema, keyword, schema.get(keyword)))
                .findFirst();
    }

    private static boolean isNever(JsonNode schema, String keyword, JsonNode value) {
        return switch (keyword) {
            case "not" -> isAnything(value);
            case "allOf" -> all(value).anyMatch(SchemaConjunction::isNever);
            case "anyOf" -> !value.isEmpty() && all(value).allMatch(SchemaConjunction::isNever);
            case "oneOf" ->
                !value.isEmpty()
                        && (all(value).allMatch(SchemaConjunction::isNever)
                                || all(value)
                                                .filter(SchemaConjunction::isAnything)
                                                .count()
                                        > 1
                                || all(value)
                                        .allMatch(one ->
                                                all(value).filter(one::equals).count() > 1));
            case "if" ->
                (isNever(value) || schema.has("then") && isNever(schema.get("then")))
                        && (isAnything(value) || schema.has("else") && isNever(schema.get("else")));
            default -> value.isArray() && value.isEmpty();
        };
    }

    private static Stream<JsonNode> all(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** Returns whether a schema visibly accepts everything. */
    private static boolean isAnything(JsonNode schema) {
        if (schema.isBoolean()) {
            return schema.booleanValue();
        }
        return schema.isObject()
                && schema.properties().stream()
                        .allMatch(entry -> ANNOTATIONS.contains(entry.getKey())
                                || entry.getKey().equals("not") && isNever(entry.getValue()));
    }

    /** Returns whether a schema only forbids: it has no keyword besides the one that rejects everything. */
    static boolean isProhibition(JsonNode schema) {
        return schema.isBoolean()
                || schema.properties().stream()
                        .allMatch(entry -> ANNOTATIONS.contains(entry.getKey())
                                || entry.getKey().equals("not"));
    }

    boolean isNever() {
        return parts.stream().anyMatch(part -> isNever(part.node()));
    }

    /** Returns the kinds that its types alone allow. */
    Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        for (Part part : parts) {
            if (part.get("type").isTextual() || !part.get("type").isEmpty()) {
                kinds.retainAll(kinds(part.get("type")));
            }
            JsonNode not = part.get("not");
            if (not.size() == 1 && not.has("type")) {
                kinds.removeAll(kinds(not.path("type")));
            }
        }
        return kinds;
    }

    static Set<Kind> kinds(JsonNode type) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        (type.isArray() ? type : List.of(type)).forEach(one -> kinds.addAll(Kind.named(one.asText())));
        return kinds;
    }

    /** Returns why no value at all is valid; empty if a value may be. */
    Optional<Fault> impossible() {
        if (depth > DEEPEST || !document.mayGoOn()) {
            return Optional.empty();
        }
        Optional<Part> never =
                parts.stream().filter(part -> isNever(part.node())).findFirst();
        if (never.isPresent()) {
            return Optional.of(
                    Fault.of(EnumSet.allOf(Kind.class), never.get().pointer(), "the schema " + "accepts no value"));
        }
        Set<Kind> left = kinds();
        List<Fault> faults = faults();
        faults.forEach(fault -> left.removeAll(fault.kinds()));
        return left.isEmpty() ? faults.stream().findFirst() : Optional.empty();
    }

    /** Returns all contradictions. */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        checkTypes(faults);
        new SchemaBounds(parts, kinds()).check(faults);
        checkItems(faults);
        checkMembers(faults);
        checkValues(faults);
        if (!isAlternative) {
            checkAlternatives(faults);
            checkConditions(faults);
        }
        return faults;
    }

    private void checkTypes(List<Fault> faults) {
        if (kinds().isEmpty()) {
            List<Part> typed =
                    parts.stream().filter(part -> part.node().has("type")).toList();
            Set<String> types = new TreeSet<>();
            typed.forEach(part -> types.add(
                    part.get("type").isArray()
                            ? part.get("type").toString()
                            : part.get("type").asText()));
            String what = types.size() > 1
                    ? "no value has all these types: " + String.join(", ", types)
                    : "type asks for " + String.join(", ", types) + ", but the keyword not forbids it";
            faults.add(Fault.of(
                    EnumSet.allOf(Kind.class), typed.get(typed.size() - 1).at("type"), what));
        }
    }

    private void checkItems(List<Fault> faults) {
        Set<Kind> arrays = EnumSet.of(Kind.ARRAY);
        for (Part part : parts) {
            int least = leastItems();
            if (isNever(part.get("items")) && least > part.get("prefixItems").size()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("items"),
                        "minItems is " + least + ", but items allows none beyond the "
                                + part.get("prefixItems").size() + " of prefixItems"));
            }
            JsonNode values = part.get("items").path("enum");
            Set<JsonNode> different = new HashSet<>();
            values.forEach(different::add);
            if (values.isArray() && part.get("uniqueItems").asBoolean() && least > different.size()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("uniqueItems"),
                        "minItems is " + least + ", but items takes only " + different.size()
                                + " values, and uniqueItems is true"));
            }
            if (isNever(part.get("contains")) && part.get("minContains").asInt(1) > 0) {
                faults.add(Fault.of(arrays, part.at("contains"), "contains accepts no element"));
            }
            if (part.node().has("contains") && part.get("minContains").asInt(1) > mostItems()) {
                faults.add(Fault.of(
                        arrays,
                        part.at("contains"),
                        "contains asks for " + part.get("minContains").asInt(1) + ", but maxItems is " + mostItems()));
            }
        }
    }

    private int leastItems() {
        return parts.stream()
                .mapToInt(part -> part.get("minItems").asInt(0))
                .max()
                .orElse(0);
    }

    private int mostItems() {
        return parts.stream()
                .mapToInt(part -> part.get("maxItems").asInt(Integer.MAX_VALUE))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private void checkMembers(List<Fault> faults) {
        Map<String, String> required = required();
        required.forEach((name, at) -> checkMember(name, at, faults));
        for (Part part : parts) {
            JsonNode most = part.get("maxProperties");
            if (most.canConvertToInt() && required.size() > most.intValue()) {
                faults.add(Fault.of(
                        EnumSet.of(Kind.OBJECT),
                        part.at("maxProperties"),
                        "maxProperties is " + most + ", but " + required.size() + " members are required"));
            }
            JsonNode forbidden = part.get("not").path("required");
            boolean forbids = part.get("not").size() == 1 && forbidden.isArray() && !forbidden.isEmpty();
            if (forbids && required.keySet().containsAll(names(forbidden))) {
                faults.add(Fault.of(
                        EnumSet.of(Kind.OBJECT),
                        part.at("not"),
                        String.join(", ", names(forbidden)) + " is required, but the keyword not forbids it"));
            }
            checkLeast(part, faults);
            checkDependent(part, required.keySet(), faults);
        }
    }

    private void checkDependent(Part part, Set<String> required, List<Fault> faults) {
        if (isAlternative) {
            return;
        }
        for (String name : required) {
            if (part.get("dependentSchemas").has(name)) {
                Part dependent = part.below("dependentSchemas").below(name);
                List<Part> together = new ArrayList<>(parts);
                together.add(dependent);
                impossible(together, true)
                        .ifPresent(fault -> faults.add(Fault.of(
                                EnumSet.of(Kind.OBJECT),
                                dependent.pointer(),
                                name + " is required, but its dependentSchemas accept no value: " + fault.message())));
            }
        }
    }

    private void checkLeast(Part part, List<Fault> faults) {
        int least = parts.stream()
                .mapToInt(other -> other.get("minProperties").asInt(0))
                .max()
                .orElse(0);
        if (isNever(part.get("additionalProperties"))
                && part.get("patternProperties").isEmpty()
                && least > part.get("properties").size()) {
            faults.add(Fault.of(
                    EnumSet.of(Kind.OBJECT),
                    part.at("additionalProperties"),
                    "minProperties is " + least + ", but additionalProperties allows none beyond the "
                            + part.get("properties").size() + " of properties"));
        }
    }

    /** Returns the required members, including those that others require, with the place of the requirement. */
    private Map<String, String> required() {
        Map<String, String> required = new LinkedHashMap<>();
        for (Part part : parts) {
            add(part.get("required"), part.at("required"), required);
        }
        int before;
        do {
            before = required.size();
            for (Part part : parts) {
                part.get("dependentRequired").properties().forEach(one -> {
                    if (required.containsKey(one.getKey())) {
                        add(one.getValue(), part.below("dependentRequired").at(one.getKey()), required);
                    }
                });
            }
        } while (required.size() > before);
        return required;
    }

    private static void add(JsonNode names, String at, Map<String, String> required) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isTextual()) {
                required.putIfAbsent(names.get(i).textValue(), at + "/" + i);
            }
        }
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }

    private void checkMember(String name, String at, List<Fault> faults) {
        Set<Kind> objects = EnumSet.of(Kind.OBJECT);
        List<Part> members = new ArrayList<>();
        for (Part part : parts) {
            List<Part> own = members(part, name);
            members.addAll(own);
            for (String rest : List.of("additionalProperties", "unevaluatedProperties")) {
                boolean known = rest.startsWith("a") ? !own.isEmpty() : isNamedBelow(part, name, new HashSet<>());
                if (isNever(part.get(rest)) && !known) {
                    faults.add(Fault.of(
                            objects,
                            at,
                            name + " is required, but properties has no " + name + ", and " + rest + " is false"));
                    return;
                }
            }
            if (part.node().has("propertyNames")) {
                document.problem(part.below("propertyNames"), TextNode.valueOf(name))
                        .ifPresent(problem -> faults.add(Fault.of(
                                objects, at, name + " is required, but propertyNames does not take it: " + problem)));
            }
        }
        if (!members.isEmpty()) {
            checkMember(name, at, members, faults);
        }
    }

    private void checkMember(String name, String at, List<Part> members, List<Fault> faults) {
        Optional<Fault> impossible = impossible(members, false);
        if (impossible.isEmpty()) {
            return;
        }
        boolean never = members.stream().anyMatch(part -> isNever(part.node()));
        boolean told = !never
                && members.stream()
                        .anyMatch(part -> impossible(List.of(part), false).isPresent());
        String why = never
                ? "its schema accepts no value"
                : "no value satisfies its schema: " + impossible.get().message();
        faults.add(new Fault(EnumSet.of(Kind.OBJECT), at, name + " is required, but " + why, told));
    }

    /** Returns the schemas for a member of this name. */
    static List<Part> members(Part part, String name) {
        List<Part> members = new ArrayList<>();
        if (part.get("properties").has(name)) {
            members.add(part.below("properties", name));
        }
        part.get("patternProperties").fieldNames().forEachRemaining(pattern -> {
            if (finds(pattern, name)) {
                members.add(part.below("patternProperties", pattern));
            }
        });
        if (members.isEmpty() && part.get("additionalProperties").isObject()) {
            members.add(part.below("additionalProperties"));
        }
        return members;
    }

    private static boolean finds(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    /** Returns whether a schema that may apply mentions this member. */
    private boolean isNamedBelow(Part part, String name, Set<String> seen) {
        if (!seen.add(part.pointer())) {
            return false;
        }
        if (!members(part, name).isEmpty() || part.get("additionalProperties").asBoolean()) {
            return true;
        }
        List<Part> below = new ArrayList<>();
        document.target(part).ifPresent(below::add);
        for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < part.get(keyword).size(); i++) {
                below.add(part.below(keyword, i));
            }
        }
        for (String keyword : List.of("if", "then", "else")) {
            if (part.node().has(keyword)) {
                below.add(part.below(keyword));
            }
        }
        part.get("dependentSchemas")
                .fieldNames()
                .forEachRemaining(one -> below.add(part.below("dependentSchemas", one)));
        return below.stream().anyMatch(one -> isNamedBelow(one, name, seen));
    }

    private void checkValues(List<Fault> faults) {
        for (Part part : parts) {
            for (String keyword : List.of("const", "enum")) {
                if (part.node().has(keyword)) {
                    checkValues(part, keyword, faults);
                    return;
                }
            }
        }
    }

    /** Reports an enumeration without a value that satisfies all other schemas. */
    private void checkValues(Part part, String keyword, List<Fault> faults) {
        JsonNode listed = part.get(keyword);
        boolean one = keyword.equals("const");
        String problem = "";
        if (!one && !listed.isArray()) {
            return;
        }
        for (JsonNode value : one ? List.of(listed) : listed) {
            Optional<String> wrong = parts.stream()
                    .flatMap(other -> document.problem(other, value).stream())
                    .findFirst();
            if (wrong.isEmpty()) {
                return;
            }
            problem = problem.isEmpty() ? ": " + wrong.get() : problem;
        }
        boolean told = !part.equals(parts.get(0))
                && of(document, List.of(part), depth + 1, true).faults().stream()
                        .anyMatch(fault -> fault.pointer().equals(part.at(keyword)));
        String what = one ? "const contradicts the other keywords" : "no value of enum satisfies the other keywords";
        faults.add(new Fault(EnumSet.allOf(Kind.class), part.at(keyword), what + problem, told));
    }

    /** Reports a condition if the schemas for both of its results accept no value. */
    private void checkConditions(List<Fault> faults) {
        for (Part part : parts) {
            if (!part.node().has("if")) {
                continue;
            }
            JsonNode asked = part.get("if");
            Optional<Fault> then = isNever(asked) ? never("if", part) : with(List.of("if", "then"), part);
            Optional<Fault> other = isAnything(asked) ? never("if", part) : with(List.of("else"), part);
            boolean told = isNever(part.node());
            if (then.isPresent() && other.isPresent()) {
                faults.add(new Fault(
                        EnumSet.allOf(Kind.class),
                        part.at("if"),
                        "neither then nor else accepts a value: "
                                + (isNever(asked) ? other : then).get().message(),
                        told));
            }
        }
    }

    private static Optional<Fault> never(String keyword, Part part) {
        return Optional.of(Fault.of(EnumSet.allOf(Kind.class), part.at(keyword), "the schema accepts no value"));
    }

    /** Returns why no value satisfies this schema together with these of its keywords. */
    private Optional<Fault> with(List<String> keywords, Part part) {
        List<Part> together = new ArrayList<>(parts);
        keywords.stream().filter(part.node()::has).map(part::below).forEach(together::add);
        return together.size() == parts.size() ? Optional.empty() : impossible(together, true);
    }

    private void checkAlternatives(List<Fault> faults) {
        for (Part part : parts) {
            for (String keyword : List.of("anyOf", "oneOf")) {
                checkAlternatives(part, keyword, faults);
            }
        }
    }

    private void checkAlternatives(Part part, String keyword, List<Fault> faults) {
        String problem = "";
        boolean told = true;
        for (int i = 0; i < part.get(keyword).size(); i++) {
            Part alternative = part.below(keyword, i);
            List<Part> all = new ArrayList<>(parts);
            all.add(alternative);
            Optional<Fault> fault = impossible(all, true);
            if (fault.isEmpty()) {
                return;
            }
            problem = problem.isEmpty() ? fault.get().message() : problem;
            told &= !isNever(alternative.node())
                    && impossible(List.of(alternative), true).isPresent();
        }
        if (!problem.isEmpty()) {
            faults.add(new Fault(
                    EnumSet.allOf(Kind.class),
                    part.at(keyword),
                    "none of " + keyword + " satisfies the other keywords: " + problem,
                    told));
        }
    }
}
